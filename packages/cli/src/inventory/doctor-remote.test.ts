import { afterEach, describe, expect, it } from 'vitest'
import {
  echo,
  echoMetadata,
  lookAlike,
  readTensors,
  sendJson,
} from '../../../remote/src/tensors/look-alike.test-helper'
import { diagnoseRemote } from './doctor-remote'
import { remoteDoctorText } from './doctor-remote-text'

const stops: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop()
})

/** A server with a UNet and a text encoder; `binary`: it reads binary bodies. */
async function serverOf(name: string, { binary = true, digests = false } = {}) {
  const inputs = digests ? [{ name: 'cond_digest', datatype: 'BYTES', shape: [-1] }] : []
  const server = await lookAlike((got, response) => {
    if (got.path === '/v2') return sendJson(response, { name, version: '7', extensions: ['some'] })
    if (got.path === '/v2/models/unet/config') return sendJson(response, { max_batch_size: 0 })
    if (got.path === '/v2/models/unet') {
      return sendJson(response, { ...echoMetadata, inputs: [...echoMetadata.inputs, ...inputs] })
    }
    if (got.path === '/v2/models/text_encoder') return sendJson(response, echoMetadata)
    if (!got.path.endsWith('unet/infer')) return sendJson(response, { error: 'Model not found' }, 404)
    if (!binary && got.headers['inference-header-content-length']) return sendJson(response, { detail: 'no' }, 422)
    if (!digests) return echo(got, response)
    // As many rows as digests, whatever came.
    const [sample] = readTensors(got).tensors
    const row = Array.from(new Float32Array(sample.bytes.slice().buffer))
    return sendJson(response, {
      outputs: [{ name: 'out_sample', datatype: 'FP32', shape: [2, ...sample.shape.slice(1)], data: [...row, ...row] }],
    })
  })
  stops.push(server.stop)
  return server
}

const ask = { model: 'unet', steps: 3, size: { width: 32, height: 16 } }

describe('neg doctor --remote', () => {
  it('says what a server is, has and costs, by every transport', async () => {
    const { url } = await serverOf('triton')
    const diagnosis = await diagnoseRemote({ ...ask, url })
    expect(diagnosis).toMatchObject({
      ready: true,
      server: { name: 'triton', version: '7', extensions: ['some'] },
      parts: ['text_encoder', 'unet'],
      denoiser: {
        dtype: { sample: 'FP32', timestep: 'FP32', encoder_hidden_states: 'FP32' },
        digests: false,
        size: { rows: 2, height: 2, width: 4, tokens: 77 },
        fastest: 'http-binary',
      },
    })
    const [binary, json] = diagnosis.denoiser?.transports ?? []
    // 30 steps of two rows: latents of 8 numbers, 77 × 2 of text, a timestep.
    const tensors = 30 * 2 * 4 * (8 + 77 * 2 + 1)
    expect(binary.run?.sent).toBeGreaterThan(tensors)
    expect(binary.run?.sent).toBeLessThan(tensors + 30 * 1000)
    expect(json.run?.sent).toBeGreaterThan(1.5 * tensors)
    const text = remoteDoctorText(diagnosis)
    for (const words of ['triton 7', 'text_encoder, unet', '→  http-binary', 'ms a step', 'down a run', 'Ready']) {
      expect(text).toContain(words)
    }
  })

  it('counts conditioning once a run where the server keeps it', async () => {
    const [plain, keeping] = [await serverOf('triton'), await serverOf('triton', { digests: true })]
    const sent = async (url: string) => {
      const { denoiser } = await diagnoseRemote({ ...ask, url })
      return [denoiser?.digests, denoiser?.transports[0].run?.sent ?? 0] as const
    }
    const [[no, all], [yes, once]] = [await sent(plain.url), await sent(keeping.url)]
    expect([no, yes]).toEqual([false, true])
    expect(all - once).toBeGreaterThan(20 * 2 * 4 * 77 * 2 - 30 * 400)
  })

  it('says which transports are refused, and by what words', async () => {
    const { url } = await serverOf('homemade', { binary: false })
    const diagnosis = await diagnoseRemote({ ...ask, url })
    expect(diagnosis.denoiser).toMatchObject({ fastest: 'http-json' })
    expect(diagnosis.denoiser?.transports[0].refused).toContain('422')
    expect(remoteDoctorText(diagnosis)).toMatch(/✗ +http-binary +refused: .*422/)
  })

  it('is not ready without the denoiser, and says how to name another', async () => {
    const { url } = await serverOf('triton')
    const diagnosis = await diagnoseRemote({ ...ask, url, model: 'sd15' })
    expect(diagnosis).toMatchObject({ ready: false, parts: ['text_encoder', 'unet'] })
    expect(remoteDoctorText(diagnosis)).toContain('--remote-model')
  })
})

import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { NegError } from '@neg/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cpu } from '../../test/local-model'
import { toFloats } from './value'

const name = 'vae_encoder/model.onnx'
const path = resolve('fixtures/layouts/tiny-sd15', name)
const bytes = readFileSync(path)
const feeds = {
  sample: { type: 'float32', data: new Float32Array(3 * 32 * 32).fill(0.5), shape: [1, 3, 32, 32] },
} as const

describe('onnxruntime', () => {
  it('runs the same from a path and from bytes', async () => {
    const [fromPath, fromBytes] = await Promise.all([cpu.open({ name, path }), cpu.open({ name, bytes })])
    const answers = await Promise.all([fromPath, fromBytes].map((session) => session.run(feeds)))
    expect(answers[0].latent_parameters.shape).toEqual([1, 8, 4, 4])
    expect(toFloats(answers[0].latent_parameters)).toEqual(toFloats(answers[1].latent_parameters))
    await fromPath.release()
    await fromPath.release()
    await fromBytes.release()
  })

  it('names the network that fails to run, and what the runtime said', async () => {
    const session = await cpu.open({ name, path })
    const wrong = { sample: { ...feeds.sample, shape: [3, 1, 32, 32] } }
    await expect(session.run(wrong)).rejects.toMatchObject({
      code: 'runtime-failed',
      message: expect.stringContaining(name),
    })
    await session.release()
  })

  it('refuses or runs a graph with changed bytes, and never breaks', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 20 }), async (edits) => {
        const broken = Uint8Array.from(bytes)
        for (const [at, value] of edits) broken[at % broken.length] = value
        try {
          const session = await cpu.open({ name, bytes: broken })
          await session.run(feeds)
          await session.release()
        } catch (error) {
          expect(NegError.isInstance(error) && ['model-file-malformed', 'runtime-failed'].includes(error.code)).toBe(
            true,
          )
          expect((error as NegError).message).toContain(name)
        }
      }),
      { seed: 5, numRuns: 60 },
    )
  })
})

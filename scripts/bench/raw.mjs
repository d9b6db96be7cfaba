import { join } from 'node:path'
import portraits from '@neg/portraits'
import ort from 'onnxruntime-node'

/** Numbers that look like latents and embeddings; the same every time. */
function normals(length) {
  const values = new Float32Array(length)
  let state = 1
  const uniform = () => (state = (state * 48271) % 2147483647) / 2147483647
  for (let i = 0; i < length; i++) values[i] = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
  return values
}

const float = (...shape) => new ort.Tensor('float32', normals(shape.reduce((a, b) => a * b)), shape)
const session = (part, options) => ort.InferenceSession.create(join(portraits, part, 'model.onnx'), options)

/** As neg opens its sessions: threads that wait for work go to sleep soon. */
export const asNeg = { extra: { session: { intra_op: { spin_duration_us: '1000' } } } }

/** The sessions that a picture needs, made with nothing but ONNX Runtime; its own defaults but for the threads. */
export async function rawSessions(threads, more = {}) {
  const options = { intraOpNumThreads: threads, ...more }
  return {
    text: await session('text_encoder', options),
    unet: await session('unet', options),
    decoder: await session('vae_decoder', options),
  }
}

/**
 * The very network evaluations of a run, on values that are made once: text, every UNet call, decoder.
 * @param {{ prompts: number, calls: number, rows: number, textCalls: number }} work
 * @returns a function that does them all and gives the milliseconds that took.
 */
export function rawRun({ text, unet, decoder }, { prompts, calls, rows, textCalls }) {
  const ids = new BigInt64Array((prompts / textCalls) * 77).fill(1n)
  const textFeeds = { input_ids: new ort.Tensor('int64', ids, [prompts / textCalls, 77]) }
  const unetFeeds = {
    sample: float(rows, 8, 16, 16),
    timestep: new ort.Tensor('float32', new Float32Array(rows).fill(500), [rows]),
    encoder_hidden_states: float(rows, 77, 128),
  }
  const decoderFeeds = { latent_sample: float(1, 8, 16, 16) }
  return async () => {
    const start = performance.now()
    for (let i = 0; i < textCalls; i++) await text.run(textFeeds)
    for (let i = 0; i < calls; i++) await unet.run(unetFeeds)
    await decoder.run(decoderFeeds)
    return performance.now() - start
  }
}

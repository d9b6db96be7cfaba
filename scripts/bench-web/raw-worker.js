// The session calls of one picture, made with onnxruntime-web alone.
import * as ort from '../../node_modules/onnxruntime-web/dist/ort.wasm.bundle.min.mjs'

const sessions = {}

async function open(threads) {
  ort.env.wasm.numThreads = threads
  ort.env.logLevel = 'error'
  for (const part of ['text_encoder', 'unet', 'vae_decoder']) {
    const bytes = await (await fetch(`../../packages/portraits/model/${part}/model.onnx`)).arrayBuffer()
    sessions[part] = await ort.InferenceSession.create(new Uint8Array(bytes), { executionProviders: ['wasm'] })
  }
}

const floats = (shape) =>
  new ort.Tensor(
    'float32',
    Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i)),
    shape,
  )

async function run(calls) {
  const started = performance.now()
  const ids = new ort.Tensor('int64', new BigInt64Array(2 * 77).fill(1n), [2, 77])
  const { last_hidden_state: text } = await sessions.text_encoder.run({ input_ids: ids })
  const sample = floats([2, 8, 16, 16])
  for (let call = 0; call < calls; call++) {
    const timestep = new ort.Tensor('float32', [981 - call, 981 - call], [2])
    await sessions.unet.run({ sample, timestep, encoder_hidden_states: text })
  }
  await sessions.vae_decoder.run({ latent_sample: floats([1, 8, 16, 16]) })
  return performance.now() - started
}

self.onmessage = async ({ data: { kind, threads, calls } }) => {
  try {
    if (kind === 'open') await open(threads)
    self.postMessage({ ms: kind === 'run' ? await run(calls) : 0 })
  } catch (error) {
    self.postMessage({ error: String(error) })
  }
}

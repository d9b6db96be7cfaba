/** The network evaluations of a picture by bare sessions with onnxruntime's defaults, all of them open. Run by bench-full.mjs. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const started = performance.now()
const { default: ort } = await import('onnxruntime-node')
const { peakMemory } = await import('./peak-memory.mjs')

const { folder, steps, size, threads } = JSON.parse(process.argv[2])
const since = (from) => (performance.now() - from) / 1000
const config = (part) => JSON.parse(readFileSync(join(folder, part, 'config.json'), 'utf8'))
const open = (part) => ort.InferenceSession.create(join(folder, part, 'model.onnx'), { intraOpNumThreads: threads })
const sines = (type, shape) => {
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i))
  if (type === 'float32') return new ort.Tensor(type, values, shape)
  // Small float16 numbers: a tensor of any will do.
  return new ort.Tensor('float16', new Uint16Array(values.length).fill(0x2e66), shape)
}
const modules = since(started)
const encoders = ['text_encoder', 'text_encoder_2'].filter((part) => existsSync(join(folder, part, 'model.onnx')))
const texts = []
for (const part of encoders) texts.push(await open(part))
const unet = await open('unet')
const decoder = await open('vae_decoder')
const opened = since(started) - modules
const ids = new ort.Tensor('int64', new BigInt64Array(2 * 77).fill(1n), [2, 77])
for (const text of texts) await text.run({ input_ids: ids })
const { cross_attention_dim: width, in_channels: channels } = config('unet')
const type = unet.inputMetadata.find(({ name }) => name === 'sample').type
const feeds = {
  sample: sines(type, [2, channels, size / 8, size / 8]),
  timestep: new ort.Tensor('int64', BigInt64Array.of(500n), []),
  encoder_hidden_states: sines(type, [2, 77, width]),
  ...(texts.length > 1 ? { text_embeds: sines(type, [2, 1280]), time_ids: sines(type, [2, 6]) } : {}),
}
const processor = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
const times = [performance.now()]
const spent = [processor()]
for (let i = 0; i < steps; i++) {
  await unet.run(feeds)
  times.push(performance.now())
  spent.push(processor())
}
const [{ name, type: latentType }] = decoder.inputMetadata
await decoder.run({ [name]: sines(latentType, [1, channels, size / 8, size / 8]) })
process.stdout.write(
  JSON.stringify({
    modules,
    open: opened,
    steps: times.slice(1).map((at, i) => (at - times[i]) / 1000),
    processor: spent.slice(2).map((at, i) => at - spent[i + 1]),
    decode: since(times.at(-1)),
    total: since(started),
    peak: peakMemory() / 2 ** 20,
  }),
)
process.exit(0)

/**
 * On a machine with a GPU: draws the embedded model's references on each device that is there, watches a run's attention, and
 * prints how far both are from the references and from the CPU, and times beside bare sessions. Ends with 1 where one is too far.
 *
 *   node scripts/gpu/check.mjs [--device webgpu --device cuda] [--cases 3] [--model FOLDER --size 512 --steps 10]
 *
 * Default: every device of onnxruntime-node that computes here. For CUDA: ONNXRUNTIME_NODE_INSTALL=cuda12 node
 * node_modules/onnxruntime-node/script/install.js. A FOLDER (training/full-size) is timed only. On Chromium's software driver:
 * VK_DRIVER_FILES=/usr/lib/chromium/vk_swiftshader_icd.json LD_LIBRARY_PATH=/usr/lib/chromium.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { markdownTable, median, time } from '../bench/statistics.mjs'
import { ensureBuilt } from '../lib/build.mjs'
import { ensureInstalled } from '../lib/install.mjs'
import { root } from '../lib/workspace.mjs'

const say = (line) => process.stderr.write(`${line}\n`)
await ensureInstalled(say)
await ensureBuilt(say, '@neg/cli')
const { generate } = await import('@neg/core')
const { devices, node } = await import('@neg/node')
const { default: portraits } = await import('@neg/portraits')
const { default: ort } = await import('onnxruntime-node')

const { values } = parseArgs({
  options: {
    device: { type: 'string', multiple: true },
    cases: { type: 'string', default: '3' },
    model: { type: 'string' },
    size: { type: 'string', default: '512' },
    steps: { type: 'string', default: '10' },
  },
})
const states = await devices()
for (const { name, available, reason } of states) if (!available) say(`${name}: not here (${reason.split('\n')[0]})`)
const chosen = values.device ?? states.filter(({ available }) => available).map(({ name }) => name)
const { cases } = JSON.parse(readFileSync(join(root, 'fixtures/portraits/references.json'), 'utf8'))

const largest = (numbers) => numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
const distance = (a, b) => largest(Array.from(a, (x, i) => x - b[i])) / largest(Array.from(b))

/** How far pictures are from diffusers' on the same weights, relative to the largest latent. */
async function fromReferences(model) {
  const away = []
  for (const { prompt, negative, scheduler, options, steps, scale, seed, latents } of cases.slice(
    0,
    Number(values.cases),
  )) {
    const negatives = negative === null ? [] : [negative]
    const recipe = { prompt, negatives, guidance: 'negative-prompt', steps, scale, seed }
    const drawn = await generate(model, { ...recipe, scheduler: { name: scheduler, config: options } }).result
    away.push(distance(drawn.latents.data, latents))
  }
  return Math.max(...away)
}

/** Norms of attention to a prompt's words over a short run. */
async function watched(model) {
  const recipe = { prompt: 'an office woman', negatives: ['glasses'], guidance: 'negative-prompt', seed: 1, steps: 2 }
  const run = generate(model, recipe, { capture: { roles: ['positive'], tokens: 'words', maps: false } })
  const norms = []
  for await (const event of run) {
    if (event.type === 'attention') for (const layer of event.capture.layers) norms.push(...layer.norms)
  }
  await run.result
  return norms
}

/** Milliseconds of a step: neg's, and of a bare session on the same device that is fed the same shapes. */
async function times(folder, model, device, size) {
  const recipe = { prompt: 'a red cat', negatives: ['ugly'], guidance: 'negative-prompt', scheduler: 'ddim', seed: 1 }
  const sized = { ...recipe, steps: Number(values.steps), ...size }
  await generate(model, { ...sized, steps: 2 }).result
  const { timings, record } = await generate(model, sized).result
  const neg = (timings.network + timings.loop) / sized.steps
  const options = { executionProviders: device === 'cpu' ? ['cpu'] : [device, 'cpu'], logSeverityLevel: 3 }
  const unet = await ort.InferenceSession.create(join(folder, 'unet/model.onnx'), options)
  const [h, w] = [record.recipe.height, record.recipe.width].map((edge) => edge / model.info.latent.pixelsPer)
  const config = JSON.parse(readFileSync(join(folder, 'unet/config.json'), 'utf8'))
  const tensor = (name, shape) => {
    const { type } = unet.inputMetadata.find((input) => input.name === name)
    const count = shape.reduce((a, b) => a * b, 1)
    if (type === 'int64') return new ort.Tensor(type, new BigInt64Array(count).fill(500n), shape)
    if (type === 'float16') return new ort.Tensor(type, new Uint16Array(count).fill(0x2e66), shape)
    return new ort.Tensor(type, new Float32Array(count).fill(0.1), shape)
  }
  const timestep = unet.inputMetadata.find(({ name }) => name === 'timestep').shape.length === 0 ? [] : [2]
  const xl = unet.inputMetadata.some(({ name }) => name === 'time_ids')
  const feeds = {
    sample: tensor('sample', [2, model.info.latent.channels, h, w]),
    timestep: tensor('timestep', timestep),
    encoder_hidden_states: tensor('encoder_hidden_states', [2, 77, config.cross_attention_dim]),
    ...(xl ? { text_embeds: tensor('text_embeds', [2, 1280]), time_ids: tensor('time_ids', [2, 6]) } : {}),
  }
  const bare = []
  for (let i = 0; i < sized.steps + 2; i++) {
    const start = performance.now()
    await unet.run(feeds)
    bare.push(performance.now() - start)
  }
  await unet.release()
  return { neg, bare: median(bare.slice(2)) }
}

const card = spawnSync('nvidia-smi', ['--query-gpu=name', '--format=csv,noheader'], { encoding: 'utf8' }).stdout?.trim()
const rows = []
let failed = false
const base = await node({ model: portraits, device: 'cpu' })
const expected = await watched(base)
await base.dispose()
for (const device of chosen) {
  say(`${device} …`)
  const model = await node({ model: portraits, device })
  const away = await fromReferences(model)
  const attention = distance(await watched(model), expected)
  const { neg, bare } = await times(portraits, model, device, {})
  const { by, why } = model.info.attention
  await model.dispose()
  failed ||= !(away < 1e-3 && attention < 1e-3)
  const told = why === undefined ? by : `${by} (${why})`
  rows.push([device, away.toExponential(1), attention.toExponential(1), told, time(neg), time(bare)])
}
const machine = `${card || 'no NVIDIA GPU'}, ${cpus().length} cores (${cpus()[0].model.trim()}), onnxruntime-node ${ort.env.versions.node}, Node ${process.version}`
const head = [
  'device',
  'latents from diffusers’',
  'watched attention from the CPU’s',
  'attention',
  'a step of neg',
  'the same by a bare session',
]
process.stdout.write(`${machine}; relative to the largest value\n\n${markdownTable(head, rows)}\n`)
if (values.model !== undefined) {
  const timed = []
  const edge = Number(values.size)
  for (const device of chosen) {
    const model = await node({ model: values.model, device })
    const { neg, bare } = await times(values.model, model, device, { width: edge, height: edge })
    await model.dispose()
    timed.push([device, time(neg), time(bare)])
  }
  process.stdout.write(
    `\n${values.model}, ${edge} × ${edge}\n\n${markdownTable(['device', 'a step of neg', 'the same by a bare session'], timed)}\n`,
  )
}
process.exit(failed ? 1 : 0)

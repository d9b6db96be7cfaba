/** Draws one picture with neg, and tells how long its parts took and the peak of memory. Run by bench-full.mjs. */
const started = performance.now()
const { generate } = await import('@neg/core')
const { node } = await import('@neg/node')
const { peakMemory } = await import('./peak-memory.mjs')

const { folder, steps, size, memory, guidance } = JSON.parse(process.argv[2])
const since = (from) => (performance.now() - from) / 1000
const processor = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}
const modules = since(started)
const model = await node({ model: folder, device: 'cpu', memory })
const open = since(started) - modules
const recipe = {
  prompt: 'a red cat',
  negatives: ['ugly'],
  guidance,
  scheduler: 'ddim',
  seed: 1,
  steps,
  width: size,
  height: size,
}
const run = generate(model, recipe)
const times = []
const spent = []
let first
for await (const event of run) {
  if (event.type === 'step-start') first ??= performance.now()
  if (event.type !== 'step-end') continue
  times.push(performance.now())
  spent.push(processor())
}
const { record, timings } = await run.result
const total = since(started)
await model.dispose()
process.stdout.write(
  JSON.stringify({
    modules,
    open,
    steps: times.map((at, i) => (at - (i === 0 ? (first ?? at) : times[i - 1])) / 1000),
    processor: spent.slice(1).map((at, i) => at - spent[i]),
    decode: timings.decode / 1000,
    // What a run takes beside its networks: opening sessions is the networks', too.
    network: timings.network / 1000,
    total,
    peak: peakMemory() / 2 ** 20,
    memory: model.info.memory,
    numerics: record.numerics,
  }),
)

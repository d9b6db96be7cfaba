import { generate, web } from '../../packages/web/dist/plain/index.js'

const options = {
  model: '../../packages/portraits/model/',
  runtime: '../../node_modules/onnxruntime-web/dist/',
  device: 'wasm',
}
const recipe = { prompt: 'a professional office woman', negatives: ['glasses'], seed: 1, steps: 20 }
let model
let raw

const ask = (worker, message) =>
  new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data))
    worker.postMessage(message)
  })

/** The longest time in which the page could not have answered, while `work` runs. */
async function longestBlock(work) {
  let longest = 0
  let last = performance.now()
  let running = true
  const { port1, port2 } = new MessageChannel()
  port1.onmessage = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    // A turn of the event loop, not a busy one: the worker needs the core more.
    if (running) setTimeout(() => port2.postMessage(0), 1)
  }
  port2.postMessage(0)
  const tasks = []
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)))
  observer.observe({ type: 'longtask' })
  await work()
  await new Promise((resolve) => setTimeout(resolve, 50))
  observer.disconnect()
  running = false
  return { gap: longest, longTask: Math.max(0, ...tasks), longTasks: tasks.length }
}

globalThis.bench = {
  async open(threads) {
    const started = performance.now()
    model = await web({ ...options, threads })
    return { ms: performance.now() - started, numerics: model.info.numerics }
  },
  async openRaw(threads) {
    raw = new Worker(new URL('./raw-worker.js', import.meta.url), { type: 'module' })
    await ask(raw, { kind: 'open', threads })
  },
  /** One picture: all of it, and what its phases took. */
  async picture() {
    const started = performance.now()
    const { timings, record } = await generate(model, recipe).result
    return { ms: performance.now() - started, timings, calls: record.evaluations.run / record.numerics.rowsPerCall }
  },
  /** The same session calls with nothing around them. */
  raw: (calls) => ask(raw, { kind: 'run', calls }).then(({ ms }) => ms),
  block: () => longestBlock(() => generate(model, recipe).result),
  blockOpening: () =>
    longestBlock(async () => {
      const second = await web({ ...options, threads: 1 })
      await second.dispose()
    }),
  closeRaw: () => raw.terminate(),
  collect: async () => {
    for (let i = 0; i < 3; i++) {
      globalThis.gc?.()
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  },
  close: () => model.dispose(),
}

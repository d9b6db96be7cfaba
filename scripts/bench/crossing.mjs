import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker } from 'node:worker_threads'
import { median } from './statistics.mjs'

const busy = (ms) => {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** About as long as a network call, so that the caller's thread has gone to sleep when the answer comes. */
const work = 20

/** Milliseconds that the way to a thread and back costs with nothing on it, the median of many. */
export async function crossing(times = 60) {
  const worker = new Worker(fileURLToPath(import.meta.url))
  const trips = []
  for (let i = 0; i < times; i++) {
    const start = performance.now()
    worker.postMessage(i)
    await once(worker, 'message')
    trips.push(performance.now() - start - work)
  }
  await worker.terminate()
  return median(trips)
}

if (!isMainThread) {
  parentPort.on('message', (message) => {
    busy(work)
    parentPort.postMessage(message)
  })
}

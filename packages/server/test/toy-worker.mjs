/** A worker in a process of its own, to be killed: `node toy-worker.mjs '{"url": …, "ms": …}'`. */
import { redisBlobs, startWorker } from '@neg/server/redis'
import { toyModel } from './toy-model.mjs'

const { url, prefix, ms, lockDuration = 4000, concurrency = 1, drain = 30_000 } = JSON.parse(process.argv[2])
const model = toyModel({ ms })
const blobs = redisBlobs({ url, prefix })
const worker = startWorker({
  url,
  prefix,
  models: model,
  blobs,
  concurrency,
  lockDuration,
  stalledInterval: Math.min(1000, lockDuration / 2),
  // On a machine that is busy beyond measure a worker may stand still for so long that it loses its job: no mistake.
  onMistake: (error) => /lock for job/.test(String(error)) || process.stderr.write(`${error?.stack ?? error}\n`),
})
process.once('SIGTERM', async () => {
  await worker.close({ drain })
  blobs.close()
  process.exit(0)
})
process.send?.('ready')

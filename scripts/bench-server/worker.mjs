/** A worker of one thread, to see how workers add up: `node worker.mjs URL`. */
import { node } from '@neg/node'
import { redisBlobs, startWorker } from '@neg/server/redis'

const [url] = process.argv.slice(2)
const model = await node({ threads: 1, device: 'cpu' })
const blobs = redisBlobs({ url })
const worker = startWorker({ url, models: model, blobs, concurrency: 1 })
process.once('SIGTERM', async () => {
  await worker.close()
  blobs.close()
  await model.dispose()
  process.exit(0)
})
process.send('ready')

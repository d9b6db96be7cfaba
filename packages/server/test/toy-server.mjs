/** A server in a process of its own, to be stopped: `node toy-server.mjs '{"data": FOLDER, "port": …, "drain": …}'`. */
import { join } from 'node:path'
import { fileSnapshot, folderBlobs, startServer } from '@neg/server'
import { toyModel } from './toy-model.mjs'

const { data, port = 0, ms = 20, drain = 30_000 } = JSON.parse(process.argv[2])
const server = await startServer({
  models: toyModel({ ms }),
  port,
  concurrency: 1,
  store: fileSnapshot(join(data, 'jobs.json')),
  blobs: folderBlobs(join(data, 'blobs')),
})
process.once('SIGTERM', async () => {
  await server.close({ drain })
  process.exit(0)
})
process.send?.(server.port)

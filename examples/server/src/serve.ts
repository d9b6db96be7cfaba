import { node } from '@neg/node'
import portraits from '@neg/portraits'
import { startServer } from '@neg/server'

const model = await node({ model: portraits })
const server = await startServer({ models: model, port: Number(process.env.PORT ?? 8787) })
console.log(`A neg server on ${server.url}`)

async function stop() {
  await server.close()
  await model.dispose()
}
process.once('SIGINT', stop)
process.once('SIGTERM', stop)

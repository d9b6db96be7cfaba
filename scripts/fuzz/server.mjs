import { fileURLToPath } from 'node:url'
import { node, nodeSessions } from '@neg/node'
import { inferenceRoutes, startServer } from '@neg/server'

/** The model that is drawn with. */
export const tiny = fileURLToPath(new URL('../../fixtures/layouts/tiny-sd15', import.meta.url))

/** A server with a small model and its networks, which remembers its mistakes. */
export async function fuzzServer() {
  const mistakes = []
  const model = await node({ model: tiny, device: 'cpu', threads: 1 })
  const sessions = await nodeSessions({ model: tiny, device: 'cpu', threads: 1 })
  const { id } = model.info
  const server = await startServer({
    models: model,
    routes: [inferenceRoutes({ models: { [id]: sessions }, tokens: { [id]: { text_encoder: 924 } } })],
    limits: { uploadsPerMinute: 100_000, steps: 8, pixels: 128 * 128 },
    onMistake: (error) => mistakes.push(error),
  })
  return {
    model,
    url: server.url,
    /** Asks; what the server calls its own mistake is one. */
    async ask(path, init) {
      const answer = await fetch(server.url + path, init)
      const body = await answer.text()
      const [mistake] = mistakes.splice(0)
      if (mistake) throw new Error(`A mistake of the server: ${mistake?.stack ?? mistake}`)
      if (answer.status >= 500) throw new Error(`${path} answers ${answer.status}: ${body.slice(0, 1000)}`)
      return { status: answer.status, body }
    },
    async close() {
      await server.close({ drain: 0 })
      await Promise.all([model.dispose(), sessions.dispose()])
    },
  }
}

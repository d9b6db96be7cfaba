import { node, nodeSessions } from '@neg/node'
import { inferenceRoutes, type NegServer, startServer, type TokenSpec } from '@neg/server'

/** neg's own server with the embedded model's networks. */
export async function startNeg(tokens?: readonly TokenSpec[]): Promise<{ server: NegServer; stop(): Promise<void> }> {
  const model = await node({ threads: 1 })
  const sessions = await nodeSessions({ threads: 1 })
  const routes = [inferenceRoutes({ models: { portraits: sessions } })]
  const server = await startServer({ models: model, routes, tokens })
  return {
    server,
    async stop() {
      await server.close({ drain: 0 })
      await sessions.dispose()
      await model.dispose()
    },
  }
}

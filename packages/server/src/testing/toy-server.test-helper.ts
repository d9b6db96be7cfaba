import { negServer } from '@neg/remote/jobs'
import { type ToyOptions, toyModel } from '../../../core/src/run/toy-model.test-helper'
import { startServer } from '../server'
import type { ServerOptions } from '../server-options'

/** A server with a network one can compute by hand, and its client. */
export async function toyServer(options: Partial<ServerOptions> = {}, toy: ToyOptions = {}) {
  const model = toyModel(toy)
  const mistakes: unknown[] = []
  const server = await startServer({ models: model, onMistake: (error) => mistakes.push(error), ...options })
  const client = negServer({ url: server.url, firstPause: 5, retries: 3 })
  return { model, server, client, mistakes, stop: () => server.close({ drain: 0 }) }
}

/** A promise that others resolve. */
export function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => (open = resolve))
  return { opened, open }
}

export const pirate = { prompt: 'a pirate', negatives: ['eye patch'], seed: '7', steps: 6 }

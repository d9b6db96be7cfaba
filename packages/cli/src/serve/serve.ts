import { join } from 'node:path'
import { registerPlugin } from '@neg/core'
import {
  fileSnapshot,
  folderBlobs,
  inferenceRoutes,
  type NegServer,
  type ServerOptions,
  startServer,
} from '@neg/server'
import { redisBlobs, redisQueue } from '@neg/server/redis'
import { loadPlugins } from '../plugins/load-plugins'
import { openHosted, openSessions, tokensOf } from './open-hosted'
import type { ServeFlags } from './serve-flags'
import { newToken, readTokens } from './tokens'
import { untilStopped } from './until-stopped'

const hour = 3600_000

/** Serves until it is told to stop. */
export async function serve(flags: ServeFlags): Promise<void> {
  if (flags.newToken !== undefined) {
    const { token, entry } = newToken(flags.newToken)
    process.stdout.write(`${JSON.stringify(entry)}\n`)
    process.stderr.write(`Token (said once, keep it): ${token}\n`)
    return
  }
  const tokens = await readTokens(flags.tokens)
  for (const plugin of await loadPlugins(flags.plugin)) registerPlugin(plugin)
  const sessions = flags.tensors ? await openSessions(flags) : undefined
  const model = await openHosted(flags)
  const { id } = model.info
  const vocabularies = sessions && { [id]: await tokensOf(flags, sessions.parts) }
  const routes = sessions ? [inferenceRoutes({ models: { [id]: sessions }, tokens: vocabularies })] : []
  const { close, ...stored } = storage(flags)
  const stopped = untilStopped()
  let server: NegServer | undefined
  try {
    server = await startServer({ ...stored, ...access(flags), tokens, routes, models: model })
    const drawing = flags.redis ? 'workers on Redis draw' : `${model.info.numerics.device} draws`
    process.stdout.write(`neg serves ${model.info.id} at ${server.url} (${drawing}).\n`)
    await stopped
    process.stderr.write('Stopping: no more jobs are taken, those that run are ended.\n')
  } finally {
    try {
      await server?.close({ drain: flags.drain * 1000 })
    } finally {
      close?.()
      await Promise.all([model.dispose(), sessions?.dispose()])
    }
  }
}

function access(flags: ServeFlags): Omit<ServerOptions, 'models'> {
  const { port, host, insecure, allowHost: hosts, cors, queue, keep, concurrency, quiet, logPrompts } = flags
  return {
    port,
    host,
    insecure,
    hosts,
    cors,
    concurrency,
    logPrompts,
    keep: keep * hour,
    limits: { queue },
    log: quiet ? undefined : (line) => process.stderr.write(`${JSON.stringify(line)}\n`),
    onMistake: (error, request) => process.stderr.write(`${request}: ${(error as Error)?.stack ?? error}\n`),
  }
}

type Storage = Pick<ServerOptions, 'queue' | 'blobs' | 'store'> & { close?(): void }

/** Where jobs wait and results lie. */
function storage({ redis: url, prefix, data, keep }: ServeFlags): Storage {
  const blobs = data === undefined ? undefined : folderBlobs(join(data, 'results'))
  if (url === undefined) return { blobs, store: data === undefined ? undefined : fileSnapshot(join(data, 'jobs.json')) }
  const queue = redisQueue({ url, prefix, keep: keep * hour })
  if (blobs) return { queue, blobs }
  const inRedis = redisBlobs({ url, prefix })
  return { queue, blobs: inRedis, close: inRedis.close }
}

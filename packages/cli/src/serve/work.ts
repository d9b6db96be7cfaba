import { join } from 'node:path'
import { registerPlugin } from '@neg/core'
import { folderBlobs } from '@neg/server'
import { redisBlobs, startWorker } from '@neg/server/redis'
import { loadPlugins } from '../plugins/load-plugins'
import { openHosted } from './open-hosted'
import type { WorkerFlags } from './serve-flags'
import { untilStopped } from './until-stopped'

/** Draws until it is told to stop. */
export async function work(flags: WorkerFlags): Promise<void> {
  const { redis: url, prefix, data, keep, lock, concurrency, drain } = flags
  for (const plugin of await loadPlugins(flags.plugin)) registerPlugin(plugin)
  const model = await openHosted(flags)
  const stopped = untilStopped()
  const kept = data === undefined ? redisBlobs({ url, prefix }) : undefined
  const worker = startWorker({
    url,
    prefix,
    keep: keep * 3600_000,
    lockDuration: lock * 1000,
    concurrency,
    models: model,
    blobs: kept ?? folderBlobs(join(data ?? '', 'results')),
    onMistake: (error) => process.stderr.write(`${(error as Error)?.stack ?? error}\n`),
  })
  process.stdout.write(
    `neg draws with ${model.info.id} (${model.info.numerics.device}) what comes by ${new URL(url).host}.\n`,
  )
  await stopped
  process.stderr.write('Stopping: no more jobs are taken, those that run are ended.\n')
  try {
    await worker.close({ drain: drain * 1000 })
  } finally {
    kept?.close()
    await model.dispose()
  }
}

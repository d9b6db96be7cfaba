import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { NegError } from '@neg/core'
import { createApp } from './app/create-app'
import { isLoopback } from './app/host-guard'
import { defaultLimits } from './app/limits'
import type { RouteGroup } from './app/route-group'
import type { ServerContext } from './app/server-context'
import { tokenBook } from './auth/token'
import { memoryBlobs } from './blobs/memory-blobs'
import { pictureCodec } from './image/node-codec'
import { jobRunner } from './jobs/job-runner'
import { countJobs } from './metrics/job-metrics'
import { createMetrics } from './metrics/metrics'
import { hostModels } from './models/model-host'
import { memoryQueue } from './queue/memory-queue'
import { quiet } from './quiet'
import { surface } from './routes/surface'
import type { NegServer, ServerOptions } from './server-options'
import { watchActivity } from './watch-activity'

const day = 24 * 3600_000

/**
 * A neg server, listening.
 *
 * @throws `server-insecure` for an address beyond this machine without tokens; `option-invalid`
 */
export async function startServer(options: ServerOptions): Promise<NegServer> {
  const { host = '127.0.0.1', port = 0, tokens = [], cors = [], hosts = [], insecure = false } = options
  const loopback = isLoopback(host.toLowerCase())
  if (!loopback && tokens.length === 0 && !insecure) {
    throw new NegError(
      'server-insecure',
      `The address ${host} can be reached from other machines, and there are no tokens: anybody could use the server. ` +
        'Give tokens, listen on 127.0.0.1, or, where the network itself keeps strangers out, allow it with insecure.',
      { where: 'host' },
    )
  }
  const findToken = tokens.length > 0 ? tokenBook(tokens) : undefined
  const limits = { ...defaultLimits, ...options.limits }
  const { keep = day, log = () => {}, onMistake = () => {} } = options
  const models = hostModels(options.models)
  const blobs = options.blobs ?? memoryBlobs()
  const codec = options.codec ?? pictureCodec(limits.assetPixels)
  const metrics = createMetrics()
  const together = models.all.some(({ model }) => model.info.mixesPictures)
  const queue =
    options.queue ??
    (await memoryQueue({
      run: countJobs(jobRunner({ models, blobs, codec }), metrics),
      concurrency: options.concurrency ?? (together ? 4 : 1),
      keep,
      store: options.store,
    }))

  let stopping = false
  const groups: readonly RouteGroup[] = [...surface(codec), ...(options.routes ?? [])]
  const context: ServerContext = {
    models,
    queue,
    blobs,
    limits,
    metrics,
    surface: groups,
    logPrompts: options.logPrompts ?? false,
    tokens: tokens.length > 0,
    stopping: () => stopping,
  }
  metrics.gauge('neg_jobs_waiting', 'Jobs that wait.', async () => (await queue.stats()).waiting)
  metrics.gauge('neg_jobs_running', 'Jobs that run.', async () => (await queue.stats()).running)
  const app = createApp({ groups, context, log, hosts, loopback, cors, findToken, onMistake })
  const activity = watchActivity(app.fetch)
  const http = createAdaptorServer({
    fetch: activity.fetch,
    // Whoever dawdles over a request is sent away; answers may take as long as they like.
    serverOptions: { requestTimeout: 60_000, headersTimeout: 20_000, maxHeaderSize: 16_384 },
  })
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject)
    http.listen(port, host, resolve)
  })
  const { port: bound } = http.address() as AddressInfo
  const sweep = quiet(60_000, async () => {
    await queue.sweep()
    await blobs.sweep(Date.now() - keep - day)
  })

  let closing: Promise<void> | undefined
  const close = async (drain: number) => {
    stopping = true
    sweep.stop()
    // A queue that can't keep its jobs is told of at the end: whoever waits for the server to stop must not wait on.
    const failed = await queue.close(drain).then(
      () => undefined,
      (error: unknown) => ({ error }),
    )
    // Whoever was just told that a job is done comes for its picture.
    if (drain > 0) await activity.quiet(300, 3000)
    const closed = new Promise<void>((resolve) => http.close(() => resolve()))
    if ('closeIdleConnections' in http) http.closeIdleConnections()
    // Streams have had their last message; a moment for it to arrive, then those who still read are cut off.
    const patience = setTimeout(() => 'closeAllConnections' in http && http.closeAllConnections(), 1000)
    await closed
    clearTimeout(patience)
    if (failed) throw failed.error
  }
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    port: bound,
    context,
    close: ({ drain = 30_000 } = {}) => (closing ??= close(drain)),
  }
}

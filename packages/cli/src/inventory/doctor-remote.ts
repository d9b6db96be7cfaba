import { NegError } from '@neg/core'
import { networkNames } from '@neg/onnx/internal'
import { type InferenceServer, type OpenInferenceOptions, openInference, type TransportName } from '@neg/remote'
import { negServer } from '@neg/remote/jobs'
import { digestInput } from '@neg/remote/wire'
import { type StepSize, stepFeeds } from './doctor-remote-feeds'

/** What to ask of a server. */
export interface RemoteDoctorOptions extends Pick<OpenInferenceOptions, 'url' | 'grpcUrl' | 'token'> {
  /** The server's name of the denoiser. */
  readonly model: string
  /** Pixels of the picture; default the neg server's own size, else 512 × 512. */
  readonly size?: { readonly width: number; readonly height: number }
  /** Steps to measure, after one that warms up. */
  readonly steps: number
}

/** How a transport did. */
export interface TransportFinding {
  readonly transport: TransportName
  /** Milliseconds of one step with two passes: the middle of those measured. */
  readonly msPerStep?: number
  /** Bytes of a run of 30 steps. */
  readonly run?: { readonly sent: number; readonly received: number }
  /** Why it cannot be used. */
  readonly refused?: string
}

/** What a server is and how quick it is. */
export interface RemoteDiagnosis {
  readonly url: string
  readonly server: { readonly name: string; readonly version: string; readonly extensions: readonly string[] }
  /** Networks of a model that it has, of those that pictures need. */
  readonly parts: readonly string[]
  /** Models that a neg server draws with. */
  readonly models: readonly string[]
  readonly denoiser?: {
    readonly name: string
    /** Datatypes of what it takes. */
    readonly dtype: Readonly<Record<string, string>>
    /** It keeps conditioning by digest. */
    readonly digests: boolean
    readonly size: StepSize
    readonly transports: readonly TransportFinding[]
    /** What `remote()` uses. */
    readonly fastest?: TransportName
  }
  /** A picture can be drawn with it. */
  readonly ready: boolean
  /** Why not. */
  readonly reason?: string
}

const addressOf = ({ url, grpcUrl, token }: RemoteDoctorOptions): OpenInferenceOptions => ({ url, grpcUrl, token })

const runSteps = 30
const parts = networkNames.filter((name) => !name.endsWith('_classifier'))
const isMissing = (error: unknown) => NegError.isInstance(error) && error.code === 'remote-model-missing'

async function partsOf(server: InferenceServer): Promise<string[]> {
  const found = await Promise.all(
    parts.map((part) =>
      server.metadata(part).then(
        () => [part],
        (error: unknown) => {
          if (isMissing(error)) return []
          throw error
        },
      ),
    ),
  )
  return found.flat()
}

const middle = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]

/** Runs a few steps by one transport. */
async function measure(
  options: RemoteDoctorOptions,
  transport: TransportName,
  size: StepSize,
): Promise<TransportFinding> {
  const server = await openInference({ ...addressOf(options), transport })
  try {
    const session = await server.session(options.model)
    const traffic = () => ({ sent: session.traffic.sent, received: session.traffic.received })
    await session.run(stepFeeds(session, size, 0))
    const first = traffic()
    const times: number[] = []
    for (let step = 1; step <= options.steps; step++) {
      const feeds = stepFeeds(session, size, step)
      const started = performance.now()
      await session.run(feeds)
      times.push(performance.now() - started)
    }
    const all = traffic()
    const later = (key: 'sent' | 'received') => ((all[key] - first[key]) / options.steps) * (runSteps - 1)
    return {
      transport,
      msPerStep: middle(times),
      run: { sent: Math.round(first.sent + later('sent')), received: Math.round(first.received + later('received')) },
    }
  } catch (error) {
    if (!NegError.isInstance(error)) throw error
    return { transport, refused: error.message }
  } finally {
    await server.close()
  }
}

interface Drawn {
  readonly models: readonly string[]
  readonly size?: { readonly width: number; readonly height: number }
  readonly pixelsPer?: number
}

/** What a neg server draws with; nothing of others, and nothing where the token does not say. */
async function drawn({ url, token }: RemoteDoctorOptions, { name }: InferenceServer): Promise<Drawn> {
  if (name !== 'neg' || url === undefined) return { models: [] }
  const models = await negServer({ url, token }).models()
  const info = models[0]?.info as { size?: Drawn['size']; latent?: { pixelsPer?: number } } | undefined
  return { models: models.map(({ id }) => id), size: info?.size, pixelsPer: info?.latent?.pixelsPer }
}

/**
 * Asks a server what it is and has, and measures steps by every transport.
 * @throws as `openInference`
 */
export async function diagnoseRemote(options: RemoteDoctorOptions): Promise<RemoteDiagnosis> {
  const server = await openInference(addressOf(options))
  try {
    const { name, version, extensions, url } = server
    const [has, draws] = [await partsOf(server), await drawn(options, server)]
    const about = { url, server: { name, version, extensions }, parts: has, models: draws.models }
    const metadata = await server.metadata(options.model).catch((error: unknown) => {
      if (isMissing(error)) return undefined
      throw error
    })
    if (!metadata) {
      const reason = `it has no model '${options.model}': name the denoiser with --remote-model`
      return { ...about, ready: draws.models.length > 0, reason }
    }
    const { width, height } = options.size ?? draws.size ?? { width: 512, height: 512 }
    const cell = draws.pixelsPer ?? 8
    const size = { rows: 2, height: Math.round(height / cell), width: Math.round(width / cell), tokens: 77 }
    const names: TransportName[] = [
      ...(options.url === undefined ? [] : (['http-binary'] as const)),
      ...(options.grpcUrl === undefined ? [] : (['grpc'] as const)),
      ...(options.url === undefined ? [] : (['http-json'] as const)),
    ]
    const transports: TransportFinding[] = []
    for (const transport of names) transports.push(await measure(options, transport, size))
    const working = transports.filter(({ msPerStep }) => msPerStep !== undefined)
    // JSON is used only where nothing else works.
    const [fastest] = [...working].sort(
      (a, b) =>
        Number(a.transport === 'http-json') - Number(b.transport === 'http-json') ||
        (a.msPerStep ?? 0) - (b.msPerStep ?? 0),
    )
    const inputs = metadata.inputs ?? []
    return {
      ...about,
      denoiser: {
        name: options.model,
        dtype: Object.fromEntries(inputs.map((input) => [input.name, input.datatype])),
        digests: inputs.some((input) => input.name === digestInput),
        size,
        transports,
        ...(fastest ? { fastest: fastest.transport } : {}),
      },
      ready: fastest !== undefined,
      ...(fastest ? {} : { reason: 'no transport works' }),
    }
  } finally {
    await server.close()
  }
}

import { type CallOptions, NegError } from '@neg/core'
import type { SessionFactory } from '@neg/onnx'
import { denoiserParts, textDigest } from '@neg/onnx/internal'
import type { ModelMetadata } from '../wire/metadata'
import type { FolderGraphs } from './folder-graphs'
import { type InferenceServer, type OpenInferenceOptions, openInference } from './open-inference'
import type { PartName, PartPlace } from './part-places'
import type { RemoteSession } from './remote-session'

/** A part on a server, found. */
export interface FoundPart {
  readonly server: InferenceServer
  readonly model: string
  readonly session: RemoteSession
  readonly metadata: ModelMetadata
}

/** A model's networks, each here or on a server. */
export interface RemoteSessions extends SessionFactory {
  readonly remote: ReadonlyMap<PartName, FoundPart>
  readonly servers: readonly InferenceServer[]
}

/** Each server once, however many parts it has. */
function serverPool(signal: AbortSignal | undefined) {
  const servers = new Map<string, Promise<InferenceServer>>()
  return {
    open(options: OpenInferenceOptions): Promise<InferenceServer> {
      const { fetch: _, ...plain } = options
      const key = JSON.stringify(plain)
      const server = servers.get(key) ?? openInference({ ...options, signal })
      servers.set(key, server)
      return server
    },
    opened: async () =>
      (await Promise.allSettled(servers.values())).flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])),
  }
}

/**
 * Sessions of parts at their places: servers are asked what they have now, networks run when they are first needed.
 *
 * @param local the folder's networks on this machine; asked only for what runs here, or what a server does not tell
 * @throws as `openInference`, and as its `session`
 */
export async function remoteSessions(
  places: ReadonlyMap<PartName, PartPlace>,
  local: SessionFactory | undefined,
  { signal, folder }: CallOptions & { readonly folder?: FolderGraphs },
): Promise<RemoteSessions> {
  const pool = serverPool(signal)
  const remote = new Map<PartName, FoundPart>()
  try {
    for (const [part, place] of places) {
      if (place.kind === 'local') continue
      const { model, version, ifThere } = place
      const server = await pool.open(place.server)
      const known = await (local?.parts.includes(part) ? local.signature(part) : folder?.signature(part))
      try {
        const metadata = await server.metadata(model, { version, signal })
        const session = await server.session(model, { version, signal, known })
        remote.set(part, { server, model, session, metadata })
      } catch (error) {
        if (!(ifThere && NegError.isInstance(error) && error.code === 'remote-model-missing')) throw error
      }
    }
  } catch (error) {
    await Promise.all((await pool.opened()).map((server) => server.close()))
    throw error
  }

  const here = (part: string): SessionFactory => {
    if (local && places.get(part as PartName)?.kind === 'local') return local
    throw new NegError('internal', `The model has no part '${part}'.`)
  }
  const part = denoiserParts.find((name) => places.has(name)) ?? denoiserParts[0]
  const denoiser = remote.get(part)
  const nodes = denoiser ? undefined : local?.nodes
  const openGraph = denoiser ? undefined : local?.openGraph
  return {
    remote,
    servers: await pool.opened(),
    parts: [...places].flatMap(([part, { kind }]) => (kind === 'local' || remote.has(part) ? [part] : [])),
    numerics: denoiser
      ? {
          backend: 'open-inference',
          runtime: `${denoiser.server.name} ${denoiser.server.version}`.trim(),
          device: 'remote',
          threads: 0,
        }
      : here(part).numerics,
    async digests(part) {
      const found = remote.get(part as PartName)
      if (!found) return here(part).digests(part)
      const files = Object.entries(found.metadata.parameters?.files ?? {})
      if (files.length > 0) return files
      // Other servers do not say which weights they run: the digest is of where they run, and of what they take.
      const { server, model, metadata } = found
      return [[`${part}@remote`, textDigest(JSON.stringify([server.url, model, metadata]))]]
    },
    signature: async (part) => remote.get(part as PartName)?.session ?? here(part).signature(part),
    // A server runs its graphs as they are.
    ...(nodes ? { nodes } : {}),
    ...(openGraph ? { openGraph } : {}),
    async open(part, patch) {
      const found = remote.get(part as PartName)
      if (!found) return here(part).open(part, patch)
      if (patch) {
        throw new NegError(
          'remote-unsupported',
          `The graph of ${part} runs on ${found.server.url}: it cannot be edited, so there is no attention of it to watch or change. Use a local ${part}.`,
          { where: part },
        )
      }
      return found.session
    },
  }
}

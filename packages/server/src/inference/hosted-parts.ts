import type { Session, SessionFactory, Signature } from '@neg/onnx'
import { modelNetworks } from '@neg/onnx/internal'

/** A network that the server runs on tensors. */
export interface HostedPart {
  /** Its name in requests. */
  readonly name: string
  /** Its model's name. */
  readonly model: string
  /** Its folder's name: `text_encoder`, `vae_decoder` … */
  readonly part: string
  signature(): Promise<Signature>
  /** Hex SHA-256 of its files, by path. */
  files(): Promise<Readonly<Record<string, string>>>
  /** The model it belongs to, and the same of all that decides that. */
  owner(): Promise<{ readonly id: string; readonly files: Readonly<Record<string, string>> }>
  run: Session['run']
  /** Frees it until it is asked for again. */
  release(): Promise<void>
}

/** Does something once, and again only where it failed. */
function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined
  return () => {
    if (!done) {
      done = work()
      done.catch(() => {
        done = undefined
      })
    }
    return done
  }
}

function hostedPart(
  model: string,
  part: string,
  sessions: SessionFactory,
  owner: HostedPart['owner'],
  idle: number,
): HostedPart {
  let session: Promise<Session> | undefined
  let running = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  const release = async () => {
    const last = session
    session = undefined
    await (await last?.catch(() => undefined))?.release()
  }
  return {
    name: `${model}.${part}`,
    model,
    part,
    signature: once(() => sessions.signature(part)),
    files: once(async () => Object.fromEntries(await sessions.digests(part))),
    owner,
    async run(feeds, options) {
      clearTimeout(timer)
      running++
      try {
        if (!session) {
          session = sessions.open(part)
          session.catch(() => {
            session = undefined
          })
        }
        return await (await session).run(feeds, options)
      } finally {
        running--
        clearTimeout(timer)
        timer = setTimeout(() => running === 0 && release().catch(() => {}), idle)
        timer.unref()
      }
    },
    async release() {
      clearTimeout(timer)
      await release()
    },
  }
}

/**
 * Every part of every model under its name: `MODEL.PART`, and the first model's parts also as `PART` alone.
 *
 * @param idle Milliseconds after which a network that nobody uses is given up
 */
export function hostParts(
  models: Readonly<Record<string, SessionFactory>>,
  idle: number,
): ReadonlyMap<string, HostedPart> {
  const parts = new Map<string, HostedPart>()
  for (const [at, [model, sessions]] of Object.entries(models).entries()) {
    const owner = once(async () => {
      const networks = await Promise.all(modelNetworks(sessions.parts).map((part) => sessions.digests(part)))
      return { id: model, files: Object.fromEntries([...((await sessions.configs?.()) ?? []), ...networks.flat()]) }
    })
    for (const part of sessions.parts) {
      const hosted = hostedPart(model, part, sessions, owner, idle)
      parts.set(hosted.name, hosted)
      if (at === 0) parts.set(part, hosted)
    }
  }
  return parts
}

import { NegError } from '@neg/core'
import type { HubSettings } from './hub-settings'

/** An attempt that failed in a way that another may not: the network, the server's load, silence. */
export class Retryable extends Error {
  constructor(
    message: string,
    /** Milliseconds that the server asked to wait. */
    readonly wait?: number,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }
}

/** A response whose body is being read; silence aborts it. */
export interface HubResponse {
  readonly status: number
  readonly headers: Headers
  /** @throws Retryable when the connection breaks or falls silent; the signal's reason */
  chunks(): AsyncGenerator<Uint8Array>
  text(): Promise<string>
}

/** The innermost reason of what `fetch` threw: "ECONNREFUSED", "certificate has expired". */
function reasonOf(error: unknown): string {
  let inner = error
  while (inner instanceof Error && inner.cause !== undefined) inner = inner.cause
  if (!(inner instanceof Error)) return String(inner)
  const { code } = inner as NodeJS.ErrnoException
  return inner.message || code || inner.name
}

const redirects = new Set([301, 302, 303, 307, 308])

/**
 * GET, following redirects: the token goes to the Hub's own host only, never to where it sends for the bytes.
 * @throws Retryable; the signal's reason; `download-failed` for redirects without end
 */
export async function hubRequest(
  url: string,
  { endpoint, token, stall }: HubSettings,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<HubResponse> {
  const silence = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const listen = () => {
    clearTimeout(timer)
    timer = setTimeout(() => silence.abort(new Retryable(`nothing arrived for ${stall / 1000} seconds`)), stall)
  }
  const give = (error: unknown): never => {
    clearTimeout(timer)
    signal?.throwIfAborted()
    if (silence.signal.aborted) throw silence.signal.reason
    throw error instanceof Retryable ? error : new Retryable(reasonOf(error), undefined, { cause: error })
  }
  const both = signal ? AbortSignal.any([signal, silence.signal]) : silence.signal
  const own = new URL(endpoint).host
  let target = new URL(url)
  for (let hops = 0; hops < 10; hops++) {
    listen()
    const response = await fetch(target, {
      redirect: 'manual',
      signal: both,
      headers: {
        'user-agent': 'neg',
        'accept-encoding': 'identity',
        ...headers,
        ...(token !== undefined && target.host === own ? { authorization: `Bearer ${token}` } : {}),
      },
    }).catch(give)
    const location = response.headers.get('location')
    if (redirects.has(response.status) && location !== null) {
      await response.body?.cancel()
      target = new URL(location, target)
      continue
    }
    const chunks = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for await (const chunk of response.body ?? []) {
          listen()
          yield chunk
        }
      } catch (error) {
        give(error)
      } finally {
        clearTimeout(timer)
      }
    }
    return {
      status: response.status,
      headers: response.headers,
      chunks,
      async text() {
        const parts: Uint8Array[] = []
        for await (const chunk of chunks()) parts.push(chunk)
        return Buffer.concat(parts).toString('utf8')
      },
    }
  }
  clearTimeout(timer)
  throw new NegError('download-failed', `${url} was redirected ten times without an end.`)
}

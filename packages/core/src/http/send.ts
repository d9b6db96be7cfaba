import { linkedAbort } from '../run/linked-abort'
import { HttpFailure } from './http-failure'
import { watchedBody } from './watched-body'

/** The part of `fetch` that is asked for here: one that is handed in may be anybody's. */
export type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

export interface SendOptions {
  /** Default the platform's. */
  readonly fetch?: Fetch
  /** Milliseconds; what they are of, `limits` says. Default no limit. */
  readonly timeout?: number
  /** `head`: until the answer begins; `silence`: until it begins, and between two pieces of it; `whole`: until all of it is there. Default `head`. */
  readonly limits?: 'head' | 'silence' | 'whole'
  readonly signal?: AbortSignal
}

/**
 * One HTTP request: any answer, whatever its status. The signal and the time limit hold for its body, too, and at once, whatever
 * becomes of the connection: Node 20's `fetch` forgets a signal when garbage is collected.
 *
 * @throws {HttpFailure} from here and from the body; the signal's reason
 */
export async function send(
  url: string | URL,
  init: RequestInit = {},
  { fetch = globalThis.fetch, timeout, limits = 'head', signal }: SendOptions = {},
): Promise<Response> {
  signal?.throwIfAborted()
  const { controller, signal: either, unlink } = linkedAbort(signal)
  const ended = new Promise<never>((_, reject) => {
    either.addEventListener('abort', () => reject(either.reason), { once: true })
  })
  ended.catch(() => {}) // whoever waits is told
  let timer: ReturnType<typeof setTimeout> | undefined
  const arm = () => {
    clearTimeout(timer)
    if (timeout === undefined) return
    const late = () => controller.abort(new HttpFailure('timeout', `nothing arrived for ${timeout / 1000} seconds`))
    timer = setTimeout(late, timeout)
  }
  const done = () => {
    clearTimeout(timer)
    unlink()
  }
  const failed = (error: unknown) => (either.aborted ? either.reason : HttpFailure.of(error))
  arm()
  try {
    const response = await Promise.race([fetch(url, { ...init, signal: either }), ended])
    if (limits === 'head') clearTimeout(timer)
    else if (limits === 'silence') arm()
    return watchedBody(response, { ended, failed, done, ...(limits === 'silence' ? { alive: arm } : {}) })
  } catch (error) {
    const reason = failed(error)
    done()
    throw reason
  }
}

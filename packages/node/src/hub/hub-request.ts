import http from 'node:http'
import https from 'node:https'
import { NegError } from '@neg/core'
import { linkedAbort } from '@neg/core/internal'
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

/** A response whose body is being read; silence breaks it off. */
export interface HubResponse {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  /** @throws Retryable when the connection breaks or falls silent; the signal's reason */
  chunks(): AsyncGenerator<Uint8Array>
  text(): Promise<string>
}

const redirects = new Set([301, 302, 303, 307, 308])

/**
 * GET or HEAD, following redirects, but for a HEAD that is told what it asks for before: the token goes to the Hub's own host only, never to where it sends for the bytes.
 *
 * With node:http, not `fetch`: Node 20 forgets the signal of a `fetch` when garbage is collected, and a silent server is
 * then waited for without end.
 *
 * @throws Retryable; the signal's reason; `download-failed` for redirects without end
 */
export async function hubRequest(
  url: string,
  { endpoint, token, stall }: HubSettings,
  headers: Readonly<Record<string, string>>,
  signal?: AbortSignal,
  method: 'GET' | 'HEAD' = 'GET',
): Promise<HubResponse> {
  const { controller, unlink } = linkedAbort(signal)
  let timer: NodeJS.Timeout | undefined
  const listen = () => {
    clearTimeout(timer)
    timer = setTimeout(() => controller.abort(new Retryable(`nothing arrived for ${stall / 1000} seconds`)), stall)
  }
  const finish = () => {
    clearTimeout(timer)
    unlink()
  }
  const give = (error: unknown): never => {
    finish()
    controller.signal.throwIfAborted()
    if (error instanceof Retryable || NegError.isInstance(error)) throw error
    const { message, code = 'no connection' } = error as NodeJS.ErrnoException
    throw new Retryable(message || code, undefined, { cause: error })
  }
  const own = new URL(endpoint).host
  const get = (target: URL) =>
    new Promise<http.IncomingMessage>((resolve, reject) => {
      const { request: send } = target.protocol === 'https:' ? https : http
      const authorization = token !== undefined && target.host === own ? { authorization: `Bearer ${token}` } : {}
      const request = send(target, { method, headers: { 'user-agent': 'neg', ...headers, ...authorization } }, resolve)
      const stop = () => request.destroy(controller.signal.reason)
      controller.signal.addEventListener('abort', stop, { once: true })
      request.on('error', reject)
      request.end()
      request.on('close', () => controller.signal.removeEventListener('abort', stop))
      if (controller.signal.aborted) stop()
    })

  try {
    let target = new URL(url)
    for (let hops = 0; hops < 10; hops++) {
      listen()
      const response = await get(target)
      const { statusCode: status = 0, headers: answered } = response
      const told = method === 'HEAD' && answered['x-linked-etag'] !== undefined
      if (redirects.has(status) && answered.location !== undefined && !told) {
        response.resume()
        target = new URL(answered.location, target)
        continue
      }
      const chunks = async function* (): AsyncGenerator<Uint8Array> {
        try {
          for await (const chunk of response) {
            listen()
            yield chunk as Buffer
          }
        } catch (error) {
          give(error)
        } finally {
          finish()
        }
      }
      const text = async () => {
        const parts: Uint8Array[] = []
        for await (const part of chunks()) parts.push(part)
        return Buffer.concat(parts).toString('utf8')
      }
      return { status, headers: answered, chunks, text }
    }
    throw new NegError('download-failed', `${url} was redirected ten times without an end.`)
  } catch (error) {
    return give(error)
  }
}

import http from 'node:http'
import https from 'node:https'
import { Readable } from 'node:stream'
import type { Fetch } from '@neg/core/internal'

const bodiless = new Set([204, 205, 304])

function answerOf(message: http.IncomingMessage, method: string): Response {
  const { statusCode: status = 0, rawHeaders } = message
  const headers = new Headers()
  for (let i = 0; i < rawHeaders.length; i += 2) headers.append(rawHeaders[i], rawHeaders[i + 1])
  const empty = method === 'HEAD' || bodiless.has(status)
  if (empty) message.resume()
  return new Response(empty ? null : (Readable.toWeb(message) as ReadableStream), { status, headers })
}

/**
 * `fetch` over node:http, for GET and HEAD; redirects are left to the caller. Node 20's own `fetch` forgets its signal when garbage is
 * collected: the connection to a silent server then stays open, and the process with it.
 */
export const nodeFetch: Fetch = (url, { method = 'GET', headers, signal } = {}) =>
  new Promise((resolve, reject) => {
    const target = new URL(url)
    const { request: ask } = target.protocol === 'https:' ? https : http
    const request = ask(target, { method, headers: Object.fromEntries(new Headers(headers)) }, (message) => {
      try {
        resolve(answerOf(message, method))
      } catch (error) {
        message.destroy()
        reject(error) // a status or a header that no answer has
      }
    })
    const stop = () => request.destroy(signal?.reason)
    signal?.addEventListener('abort', stop, { once: true })
    request.on('close', () => signal?.removeEventListener('abort', stop))
    request.on('error', reject)
    request.end()
    if (signal?.aborted) stop()
  })

import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A static host for tests, on a port of its own. */
export interface FileServer {
  readonly url: string
  readonly requests: { readonly method: string; readonly path: string; readonly range: string | undefined }[]
  /** Files by path; change them while it runs. */
  readonly files: Map<string, Uint8Array>
  /** Answers in place of the files, once: to cut a connection, refuse, lie. */
  once(path: string, answer: (request: IncomingMessage, response: ServerResponse) => void): void
  close(): Promise<void>
}

const etag = (content: Uint8Array): string => `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`

export async function fileServer(files: Readonly<Record<string, Uint8Array | string>>): Promise<FileServer> {
  const contents = new Map(
    Object.entries(files).map(([path, data]) => [
      path,
      typeof data === 'string' ? new TextEncoder().encode(data) : data,
    ]),
  )
  const requests: FileServer['requests'] = []
  const special = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>()
  const server: Server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname).slice(1)
    const { range } = request.headers
    requests.push({ method: request.method ?? '', path, range })
    const answer = special.get(path)
    if (answer && request.method === 'GET') {
      special.delete(path)
      return answer(request, response)
    }
    const content = contents.get(path)
    if (!content) return void response.writeHead(404, { 'Content-Type': 'text/plain' }).end('no such file')
    const headers = { 'Content-Type': 'application/octet-stream', ETag: etag(content), 'Accept-Ranges': 'bytes' }
    const match = /^bytes=(\d+)-(\d*)$/.exec(range ?? '')
    const from = Number(match?.[1] ?? 0)
    const to = match?.[2] ? Number(match[2]) + 1 : content.length
    if (match && from >= content.length) return void response.writeHead(416, headers).end()
    const body = content.subarray(from, to)
    response.writeHead(match ? 206 : 200, {
      ...headers,
      'Content-Length': body.length,
      ...(match ? { 'Content-Range': `bytes ${from}-${to - 1}/${content.length}` } : {}),
    })
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    files: contents,
    once: (path, answer) => special.set(path, answer),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Bytes that differ everywhere. */
export const bytesOf = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => ((i + seed) * 2654435761) >>> 24)

import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const commit = 'c0ffee0123456789c0ffee0123456789c0ffee01'

/** How a file misbehaves, the first so many times it is asked for. */
export interface Trouble {
  readonly kind: 'truncate' | 'stall' | 'silent' | 'corrupt' | 'busy' | 'gone' | 'unsatisfiable'
  times: number
}

/** What was asked, in order. */
export interface Seen {
  readonly path: string
  readonly host: string
  readonly range?: string
  readonly token?: string
}

export interface HubServer {
  readonly endpoint: string
  readonly seen: Seen[]
  troubles: Record<string, Trouble>
  /** Requests without this token are refused, if it is set. */
  secret?: string
  /** The server sends whole files whatever range is asked for. */
  ignoreRanges: boolean
  /** A mirror: its listing names the files and says no more. */
  namesOnly: boolean
  /** Replaces the listing's answer. */
  listing?: string
  files: Record<string, Buffer>
  close(): Promise<void>
}

/** Files this large are kept apart, and known by their SHA-256. */
const large = 20_000

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex')
const blobId = (content: Buffer) => createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')

export const etagOf = (content: Buffer): string => (content.length >= large ? sha256(content) : blobId(content))

/** A small Hugging Face Hub on loopback, for `org/model`: listing, files with ranges, large ones behind a redirect to another host. */
export async function hubServer(files: Record<string, Buffer>): Promise<HubServer> {
  const server = createServer((request, response) => {
    const host = request.headers.host ?? ''
    const path = decodeURIComponent((request.url ?? '').split('?')[0])
    hub.seen.push({ path, host, range: request.headers.range, token: request.headers.authorization })
    answer(request, response, path)
  })

  const refuse = (response: ServerResponse, status: number, headers: Record<string, string> = {}) =>
    response.writeHead(status, headers).end('refused')

  const answer = (request: IncomingMessage, response: ServerResponse, path: string) => {
    const isStore = path.startsWith('/store/')
    if (!isStore && hub.secret !== undefined && request.headers.authorization !== `Bearer ${hub.secret}`) {
      return refuse(response, 401, { 'x-error-code': path.includes('gated') ? 'GatedRepo' : 'RepoNotFound' })
    }
    if (path.startsWith('/api/models/')) return list(response, path)
    const name = path.replace(/^\/store\//, '').replace(new RegExp(`^/org/model/resolve/${commit}/`), '')
    const content = hub.files[name]
    if (content === undefined) return refuse(response, 404, { 'x-error-code': 'EntryNotFound' })
    if (!isStore && content.length >= large) {
      // As the Hub does: to a store on another host, which must not be given the token.
      const { port } = server.address() as AddressInfo
      const linked = { 'x-linked-etag': `"${sha256(content)}"`, 'x-linked-size': String(content.length) }
      return response.writeHead(302, { location: `http://localhost:${port}/store/${name}`, ...linked }).end()
    }
    return send(request, response, name, content)
  }

  const list = (response: ServerResponse, path: string) => {
    if (!path.startsWith('/api/models/org/model/revision/'))
      return refuse(response, 404, { 'x-error-code': 'RepoNotFound' })
    const revision = path.slice('/api/models/org/model/revision/'.length)
    if (!['main', commit, 'refs/pr/1'].includes(revision))
      return refuse(response, 404, { 'x-error-code': 'RevisionNotFound' })
    const siblings = Object.entries(hub.files).map(([rfilename, content]) => ({
      rfilename,
      ...(hub.namesOnly ? {} : detailsOf(content)),
    }))
    response.end(hub.listing ?? JSON.stringify({ id: 'org/model', sha: commit, siblings }))
  }

  const detailsOf = (content: Buffer) => ({
    size: content.length,
    blobId: blobId(content),
    ...(content.length >= large ? { lfs: { sha256: sha256(content), size: content.length, pointerSize: 134 } } : {}),
  })

  const send = (request: IncomingMessage, response: ServerResponse, name: string, whole: Buffer) => {
    const trouble = hub.troubles[name]
    const kind = trouble && trouble.times-- > 0 ? trouble.kind : undefined
    const content = Buffer.from(whole)
    if (kind === 'silent') return undefined
    if (kind === 'busy') return refuse(response, 503)
    if (kind === 'gone') return refuse(response, 404, { 'x-error-code': 'EntryNotFound' })
    if (kind === 'corrupt') content[content.length - 1] ^= 255
    const range = hub.ignoreRanges ? undefined : /^bytes=(\d+)-$/.exec(request.headers.range ?? '')
    const from = range ? Number(range[1]) : 0
    if (from >= content.length || (from > 0 && kind === 'unsatisfiable')) return refuse(response, 416)
    const part = content.subarray(from)
    response.writeHead(range ? 206 : 200, {
      etag: `"${etagOf(whole)}"`,
      'content-length': String(part.length),
      ...(range ? { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` } : {}),
    })
    if (kind !== 'truncate' && kind !== 'stall') return response.end(part)
    response.write(part.subarray(0, Math.ceil(part.length / 2)), () => {
      if (kind === 'truncate') setImmediate(() => response.destroy())
    })
  }

  await new Promise<void>((resolve) => server.listen(0, resolve))
  const { port } = server.address() as AddressInfo
  const hub: HubServer = {
    endpoint: `http://127.0.0.1:${port}`,
    seen: [],
    troubles: {},
    ignoreRanges: false,
    namesOnly: false,
    files,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
  return hub
}

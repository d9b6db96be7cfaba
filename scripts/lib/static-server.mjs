import { readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { gzipSync } from 'node:zlib'

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
}

/**
 * Serves a folder, as static hosts do.
 * @param {string} folder
 * @param {{ port?: number, base?: string, headers?: Record<string, string>, gzip?: boolean }} [options]
 *   `port` 0: any. `base`: the path it lies under. `gzip`: compress what static hosts compress.
 * @returns {Promise<{ url: string, sent(): number, close(): Promise<void> }>} `sent`: bytes of bodies so far.
 */
export async function serveFolder(folder, { port = 0, base = '/', headers = {}, gzip = false } = {}) {
  const compressed = new Map()
  let sent = 0
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, 'http://host').pathname)
    const inside = normalize(path.startsWith(base) ? path.slice(base.length) : '..')
    const file = join(
      folder,
      inside.endsWith(sep) || inside === '.' || inside === '' ? join(inside, 'index.html') : inside,
    )
    const stat = statSync(file, { throwIfNoEntry: false })
    if (inside.startsWith('..') || !stat?.isFile()) return response.writeHead(404, headers).end('not found')
    let body = readFileSync(file)
    const all = {
      'Content-Type': types[extname(file)] ?? 'application/octet-stream',
      'Cache-Control': 'no-cache',
      ETag: `"${stat.size}-${stat.mtimeMs}"`,
      'Accept-Ranges': 'bytes',
      ...headers,
    }
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '')
    let status = 200
    if (request.headers['if-none-match'] === all.ETag) return response.writeHead(304, all).end()
    if (range) {
      const from = Number(range[1])
      const to = range[2] ? Math.min(Number(range[2]) + 1, stat.size) : stat.size
      all['Content-Range'] = `bytes ${from}-${to - 1}/${stat.size}`
      body = body.subarray(from, to)
      status = 206
    } else if (gzip && /gzip/.test(request.headers['accept-encoding'] ?? '')) {
      if (!compressed.has(file)) compressed.set(file, gzipSync(body))
      body = compressed.get(file)
      all['Content-Encoding'] = 'gzip'
    }
    response.writeHead(status, { ...all, 'Content-Length': body.length })
    if (request.method === 'HEAD') return response.end()
    sent += body.length
    return response.end(body)
  })
  await new Promise((resolve, reject) => {
    server.on('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    url: `http://localhost:${server.address().port}${base}`,
    sent: () => sent,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

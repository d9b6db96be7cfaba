/**
 * Keeps the studio's own files, so that it opens offline, and gives its pages the headers that WebAssembly's threads need
 * and that many static hosts cannot send. Model files pass through: @neg/web keeps those.
 */
const version = 'VERSION'
const files = ['FILES']
/** Views that open when they are asked for, and workers: kept once a model runs here, so that all of it works offline. */
const later = ['LATER']
const runtimes = ['RUNTIMES']
const cacheName = `neg-studio-${version}`

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) =>
        cache.addAll(
          files.map((file) => new Request(file, { cache: file === 'index.html' ? 'reload' : 'force-cache' })),
        ),
      )
      .then(() => self.skipWaiting()),
  )
})

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) =>
        Promise.all(
          names
            .filter((name) => name.startsWith('neg-studio-') && name !== cacheName)
            .map((name) => caches.delete(name)),
        ),
      )
      .then(() => self.clients.claim()),
  )
})

/** A page and its workers are cross-origin isolated only if each answer says so. */
function isolated(response) {
  if (response.type === 'opaque' || response.type === 'opaqueredirect' || response.status === 0) return response
  const headers = new Headers(response.headers)
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp')
  headers.set('Cross-Origin-Resource-Policy', 'same-origin')
  // The stored body is decoded already.
  headers.delete('Content-Encoding')
  headers.delete('Content-Length')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

/** The page itself: the newest if there is a connection. */
async function page(request) {
  const cache = await caches.open(cacheName)
  try {
    return isolated(await fetch(request))
  } catch (error) {
    const kept = await cache.match('index.html')
    if (kept) return isolated(kept)
    throw error
  }
}

/** Files whose name changes with their content: what is kept is right. */
async function file(request) {
  const cache = await caches.open(cacheName)
  const kept = await cache.match(request, { ignoreSearch: true, ignoreVary: true })
  if (kept) return isolated(kept)
  const response = await fetch(request)
  if (response.ok && /\/assets\//.test(request.url)) await cache.put(request, response.clone()).catch(() => {})
  return isolated(response)
}

self.addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  const scope = new URL(self.registration.scope)
  if (request.method !== 'GET' || url.origin !== scope.origin || !url.pathname.startsWith(scope.pathname)) return
  if (url.pathname.startsWith(`${scope.pathname}model/`) || request.headers.has('range')) return
  event.respondWith(request.mode === 'navigate' ? page(request) : file(request))
})

/** The page says which runtime it uses: fetched before this worker was there, it came only into the browser's own cache. */
self.addEventListener('message', (event) => {
  const name = runtimes.find((file) => file.includes(event.data?.runtime))
  if (name === undefined) return
  event.waitUntil(
    (async () => {
      const cache = await caches.open(cacheName)
      for (const file of [name, ...later]) {
        if (await cache.match(file)) continue
        const response = await fetch(file, { cache: 'force-cache' })
        if (response.ok) await cache.put(file, response)
      }
    })(),
  )
})

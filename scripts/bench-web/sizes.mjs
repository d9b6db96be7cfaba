import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { root } from '../lib/workspace.mjs'

/** The chunks of a script as a bundler makes an app's, those that load at once apart from those that it asks for later. */
async function chunksOf(entry, external) {
  const { output } = await build({
    root: join(root, 'examples', 'vite'),
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: true,
      modulePreload: false,
      rolldownOptions: { input: entry, preserveEntrySignatures: 'strict', external },
    },
  }).then((result) => (Array.isArray(result) ? result[0] : result))
  const chunks = new Map(output.filter(({ type }) => type === 'chunk').map((chunk) => [chunk.fileName, chunk]))
  const first = new Set([...chunks.values()].filter(({ isEntry }) => isEntry).map(({ fileName }) => fileName))
  for (const name of first) for (const other of chunks.get(name)?.imports ?? []) first.add(other)
  return { first: [...chunks.values()].filter(({ fileName }) => first.has(fileName)), all: [...chunks.values()] }
}

const gzip = (chunks) => chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0)

/** Bytes of neg's own code, compressed with gzip; the runtime and the model left out. `later`: what is loaded for what asks for it. */
export async function librarySizes() {
  const runtime = [/^onnxruntime-web/]
  const page = join(root, 'scripts', 'bench-web', 'library.js')
  const worker = join(root, 'packages', 'web', 'dist', 'worker-wasm.js')
  const [pages, workers] = [await chunksOf(page, runtime), await chunksOf(worker, runtime)]
  const without = async (entry) => gzip((await chunksOf(entry, [...runtime, 'zod'])).first)
  return {
    page: gzip(pages.first),
    pageWithoutZod: await without(page),
    worker: gzip(workers.first),
    workerWithoutZod: await without(worker),
    workerLater: gzip(workers.all) - gzip(workers.first),
  }
}

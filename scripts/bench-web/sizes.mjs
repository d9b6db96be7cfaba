import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { root } from '../lib/workspace.mjs'

const gzip = (text) => gzipSync(text, { level: 9 }).length

/** A page that draws, its worker, and how much of each is zod; the runtime and the model left out. */
async function bundle(entry, external) {
  const { output } = await build({
    root: join(root, 'examples', 'vite'),
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      lib: { entry, formats: ['es'] },
      minify: true,
      rolldownOptions: { external },
    },
  }).then((result) => (Array.isArray(result) ? result[0] : result))
  const code = output
    .filter(({ type }) => type === 'chunk')
    .map((chunk) => chunk.code)
    .join('\n')
  return gzip(code)
}

/** Bytes of neg's own code, compressed with gzip, as a bundler makes it. */
export async function librarySizes() {
  const dist = (name) => join(root, 'packages', 'web', 'dist', name)
  const runtime = [/^onnxruntime-web/]
  const page = join(root, 'scripts', 'bench-web', 'library.js')
  return {
    page: await bundle(page, runtime),
    pageWithoutZod: await bundle(page, [...runtime, 'zod']),
    worker: await bundle(dist('worker-wasm.js'), runtime),
    workerWithoutZod: await bundle(dist('worker-wasm.js'), [...runtime, 'zod']),
  }
}

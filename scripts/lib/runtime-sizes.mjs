import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'

const require = createRequire(new URL('../../packages/web/package.json', import.meta.url))
const runtime = dirname(require.resolve('onnxruntime-web/ort-wasm-simd-threaded.wasm'))

function sizeOf(name) {
  const content = readFileSync(join(runtime, `ort-wasm-simd-threaded${name}.wasm`))
  return { bytes: content.length, compressed: gzipSync(content, { level: 9 }).length }
}

/** Of onnxruntime-web's files, by worker: bytes, and bytes as a host that compresses sends them. `@neg/web` is built with them. */
export const runtimeSizes = () => ({ wasm: sizeOf(''), webgpu: sizeOf('.asyncify'), 'webgpu-jspi': sizeOf('.jspi') })

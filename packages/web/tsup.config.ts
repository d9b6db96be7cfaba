import { readFileSync } from 'node:fs'
import { defineConfig } from 'tsup'
import { runtimeSizes } from '../../scripts/lib/runtime-sizes.mjs'

const common = {
  format: 'esm',
  target: 'es2022',
  platform: 'browser',
  define: { RUNTIME_SIZES: JSON.stringify(runtimeSizes()) },
} as const

export default defineConfig([
  {
    ...common,
    entry: {
      index: 'src/index.ts',
      'worker-wasm': 'src/worker-wasm.ts',
      'worker-webgpu': 'src/worker-webgpu.ts',
      'worker-jspi': 'src/worker-jspi.ts',
      // Files of their own, though nothing exports them: a page that shows pictures at once can leave the rest for later.
      ...Object.fromEntries(
        ['image/encode-png', 'image/read-image', 'inspect'].map((name) => [name, `src/${name}.ts`]),
      ),
    },
    dts: { entry: { index: 'src/index.ts' } },
  },
  // For pages without a bundler: whole files, nothing to resolve.
  {
    ...common,
    entry: { index: 'src/plain-index.ts', worker: 'src/plain-worker.ts' },
    outDir: 'dist/plain',
    noExternal: [/.*/],
    splitting: false,
    minify: true,
    dts: { entry: { index: 'src/plain-index.ts' } },
    esbuildPlugins: [
      {
        // `import { z }` takes the whole of zod, every language's messages too; `import * as z` what is used.
        name: 'zod-in-parts',
        setup(build) {
          build.onLoad({ filter: /(core|onnx|web)\/(dist|src)\/.*\.[jt]s$/ }, ({ path }) => ({
            contents: readFileSync(path, 'utf8').replaceAll(
              /import \{ z(?: as (\w+))? \} from ['"]zod['"]/g,
              (_, as) => `import * as ${as ?? 'z'} from 'zod'`,
            ),
            loader: path.endsWith('.ts') ? 'ts' : 'js',
          }))
        },
      },
    ],
  },
])

import { defineConfig } from 'tsup'

const common = { format: 'esm', target: 'es2022', platform: 'browser' } as const

export default defineConfig([
  {
    ...common,
    entry: {
      index: 'src/index.ts',
      'worker-wasm': 'src/worker-wasm.ts',
      'worker-webgpu': 'src/worker-webgpu.ts',
      'worker-jspi': 'src/worker-jspi.ts',
    },
    dts: { entry: { index: 'src/index.ts' } },
    clean: true,
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
  },
])

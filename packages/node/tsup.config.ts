import { defineConfig } from 'tsup'

const common = { format: 'esm', target: 'es2022' } as const

export default defineConfig([
  {
    ...common,
    entry: { index: 'src/index.ts', internal: 'src/internal.ts', start: 'src/runtime/start.ts' },
    dts: { entry: { index: 'src/index.ts', internal: 'src/internal.ts', start: 'src/runtime/start.ts' } },
    clean: ['dist/index*', 'dist/internal*', 'dist/start*', 'dist/chunk*'],
  },
  {
    ...common,
    // A thread shares nothing with who starts it, and is ready sooner where it is one file: zod alone has 94.
    entry: { 'model-worker': 'src/runtime/model-worker.ts', 'session-worker': 'src/runtime/session-worker.ts' },
    noExternal: ['@neg/core', '@neg/onnx', 'zod'],
    splitting: false,
    dts: false,
    clean: ['dist/*worker*'],
  },
])

import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    internal: 'src/internal.ts',
    'model-worker': 'src/runtime/model-worker.ts',
    'session-worker': 'src/runtime/session-worker.ts',
  },
  format: 'esm',
  target: 'es2022',
  dts: { entry: { index: 'src/index.ts', internal: 'src/internal.ts' } },
  clean: true,
})

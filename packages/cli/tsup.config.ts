import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { neg: 'src/neg.ts', index: 'src/index.ts' },
  format: 'esm',
  target: 'es2022',
  // tsup takes optional dependencies into the bundle.
  external: ['onnxruntime-node'],
  dts: { entry: { index: 'src/index.ts' } },
  clean: true,
})

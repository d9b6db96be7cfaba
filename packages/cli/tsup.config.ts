import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { neg: 'src/neg.ts', index: 'src/index.ts' },
  format: 'esm',
  target: 'es2022',
  dts: { entry: { index: 'src/index.ts' } },
  clean: true,
})

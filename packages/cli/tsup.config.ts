import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { neg: 'src/neg.ts' },
  format: 'esm',
  target: 'es2022',
  dts: true,
  clean: true,
})

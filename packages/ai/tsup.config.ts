import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts' },
  format: 'esm',
  target: 'es2022',
  dts: true,
  clean: true,
  // Resolved by package.json's `imports` where the package runs: @neg/node on Node, @neg/web in browsers.
  external: ['#pictures'],
})

import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', wire: 'src/wire.ts' },
  format: 'esm',
  target: 'es2022',
  dts: true,
  clean: true,
  // Resolved by package.json's `imports` where the package runs: gRPC in Node, nothing in browsers.
  external: ['#grpc-js'],
})

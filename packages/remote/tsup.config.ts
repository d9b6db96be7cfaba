import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', jobs: 'src/jobs/index.ts', wire: 'src/wire.ts' },
  format: 'esm',
  target: 'es2022',
  dts: true,
  clean: true,
  // Resolved by package.json's `imports` where the package runs: gRPC and files in Node, nothing in browsers.
  external: ['#grpc-js', '#neg-node'],
})

import { defineConfig } from 'tsup'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    worker: 'src/worker.ts',
    denoiser: 'src/denoiser/index.ts',
    internal: 'src/internal.ts',
  },
  format: 'esm',
  target: 'es2022',
  dts: true,
  clean: true,
})

import { defineConfig } from 'tsup'

export default defineConfig({
  entry: { index: 'src/index.ts', urls: 'src/urls.ts', web: 'src/web.ts' },
  format: 'esm',
  target: 'es2022',
  dts: true,
  clean: true,
})

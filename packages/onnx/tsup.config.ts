import { defineConfig } from 'tsup'

/** What the package exports. */
const entries = {
  index: 'src/index.ts',
  worker: 'src/worker.ts',
  denoiser: 'src/denoiser/index.ts',
  internal: 'src/internal.ts',
}

/** Files of their own in what is built, though nothing exports them: what a page needs that has a model in its worker. */
const pieces = ['files/digest', 'files/model-files', 'proxy/connect-model', 'proxy/crossed-error']

export default defineConfig({
  entry: { ...entries, ...Object.fromEntries(pieces.map((name) => [name, `src/${name}.ts`])) },
  format: 'esm',
  target: 'es2022',
  dts: { entry: entries },
  clean: true,
})

import { defineConfig } from 'tsup'

/**
 * A file for each concept, though only `index` is exported: a bundle then leaves out whole files that it does not use (a
 * worker in a browser needs no schedulers), which within one file bundlers cannot tell.
 */
const folders = [
  'analysis',
  'errors',
  'guidance',
  'image',
  'model',
  'prediction',
  'prompt',
  'random',
  'recipe',
  'run',
  'schedulers',
  'tensor',
]

export default defineConfig({
  entry: { index: 'src/index.ts', ...Object.fromEntries(folders.map((name) => [name, `src/${name}/index.ts`])) },
  format: 'esm',
  target: 'es2022',
  dts: { entry: { index: 'src/index.ts' } },
  clean: true,
})

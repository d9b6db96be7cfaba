import { defineConfig } from 'tsup'

/** What the package exports. */
const entries = {
  index: 'src/index.ts',
  guidance: 'src/guidance/index.ts',
  schedulers: 'src/schedulers/index.ts',
  analysis: 'src/analysis/index.ts',
  tensor: 'src/tensor/index.ts',
  adapter: 'src/adapter.ts',
  internal: 'src/internal.ts',
}

/**
 * Files of their own in what is built, though nothing exports them: a bundle then leaves out whole files that it does not use
 * (a worker in a browser needs no schedulers), which within one file bundlers cannot tell.
 */
const pieces = [
  'errors/neg-error',
  'http/index',
  'image/png-text',
  'json/json-flaw',
  'metadata/foreign-recipe',
  'model/recommendation',
  'model/recommendation-schema',
  'plot/svg',
  'prediction/prediction',
  'prompt/prompt-schedule',
  'random/torch-generator',
  'recipe/recipe',
  'run/generate',
  'run/linked-abort',
]

export default defineConfig({
  entry: { ...entries, ...Object.fromEntries(pieces.map((name) => [name, `src/${name}.ts`])) },
  format: 'esm',
  target: 'es2022',
  dts: { entry: entries },
  clean: true,
})

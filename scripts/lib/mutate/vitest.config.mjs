import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import base from '../../../vitest.config.ts'
import { root } from '../workspace.mjs'
import { instrument } from './instrument.mjs'

const unit = base.test.projects.find(({ test }) => test.name === 'unit')
const { mutants, sources, packages } = JSON.parse(readFileSync(process.env.NEG_MUTANTS, 'utf8'))

/** Unit tests of some packages over sources with mutants built in. */
export default defineConfig({
  root,
  plugins: [
    {
      name: 'mutants',
      enforce: 'pre',
      transform(_, id) {
        const own = mutants.filter(({ file }) => id.split('?')[0] === join(root, file))
        return own.length > 0 ? { code: instrument(sources[own[0].file], own), map: null } : undefined
      },
    },
  ],
  resolve: unit.resolve,
  test: {
    include: packages.map((one) => `packages/${one}/src/**/*.test.ts`),
    exclude: unit.test.exclude,
    setupFiles: [fileURLToPath(new URL('./switch.mjs', import.meta.url))],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    maxWorkers: 1,
    bail: 1,
  },
})

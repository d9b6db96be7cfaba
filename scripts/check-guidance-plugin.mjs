/**
 * Goes the way of somebody who writes a guidance in a package of their own: packs @neg/core and @neg/testing as npm would
 * publish them, has `create-neg` make a copy of examples/guidance-plugin, installs it from the tarballs, builds it, runs its tests,
 * and uses it from the command line by name and from JSON.
 *
 *   node scripts/check-guidance-plugin.mjs
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createPacked, installPacked, must, pack } from './lib/packed.mjs'
import { root } from './lib/workspace.mjs'

const work = mkdtempSync(join(tmpdir(), 'neg-plugin-'))
const plugin = join(work, 'guidance-plugin')
const cli = join(root, 'packages', 'cli', 'dist', 'neg.js')

/** What a command of neg prints as JSON. */
async function neg(...args) {
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args, '--plugin', plugin, '--json'], {
    cwd: work,
  })
  return JSON.parse(stdout)
}

/** Each step: what it shows, and what it does. */
const steps = [
  [
    'made by create-neg, installed from packed tarballs',
    async () => {
      const tarballs = await pack(['@neg/core', '@neg/testing', 'create-neg'], work)
      await createPacked('guidance-plugin', 'plugin', tarballs, work)
      await installPacked(plugin, tarballs)
    },
  ],
  ['built', () => must('npm', ['run', 'build'], plugin)],
  ['tested', () => must('npm', ['test'], plugin)],
  [
    'listed by neg guidance',
    async () => {
      const { name, options } = await neg('guidance', 'renorm')
      if (name !== 'renorm' || options[0].name !== 'rho') throw new Error(`neg guidance says ${name}`)
    },
  ],
  [
    'used by name',
    async () => {
      const args = ['a pirate', '--negative', 'eye patch', '--guidance', 'renorm', '--guidance-option', 'rho=0.9']
      const { recipe, replayable } = await neg('generate', ...args, '--steps', '4', '--seed', '1', '--out', 'named.png')
      if (recipe.guidance.options.rho !== 0.9) throw new Error(`its option arrived as ${recipe.guidance.options.rho}`)
      if (replayable === true) throw new Error('the record does not say that it needs the plug-in')
    },
  ],
  [
    'its scheduler, listed and used by name',
    async () => {
      const { version } = await neg('schedulers', 'power-ddim')
      if (version !== '1') throw new Error(`neg schedulers says version ${version}`)
      const args = ['a pirate', '--scheduler', 'power-ddim', '--scheduler-option', 'power=1.5']
      const record = await neg('generate', ...args, '--steps', '4', '--seed', '1', '--out', 'scheduler.png')
      if (record.plugins.PowerDDIMScheduler !== '1')
        throw new Error(`the record names ${JSON.stringify(record.plugins)}`)
      const { name, config } = record.recipe.scheduler
      if (name !== 'PowerDDIMScheduler' || config.power !== 1.5)
        throw new Error(`it drew with ${name}, ${config.power}`)
    },
  ],
  [
    'used from JSON',
    async () => {
      const recipe = join(plugin, 'recipe.json')
      const record = await neg('generate', '--recipe', recipe, '--steps', '4', '--out', 'from-json.png')
      if (record.plugins.renorm !== '1') throw new Error(`the record names ${JSON.stringify(record.plugins)}`)
    },
  ],
]

try {
  for (const [what, run] of steps) {
    await run()
    process.stdout.write(`✓ ${what}\n`)
  }
} catch (error) {
  process.stdout.write(`✗ ${error.message}\n`)
  process.exitCode = 1
} finally {
  rmSync(work, { recursive: true, force: true })
}

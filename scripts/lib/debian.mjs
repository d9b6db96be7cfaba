import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { run } from './run.mjs'
import { root } from './workspace.mjs'

/**
 * Programs beyond npm that tests run, as Debian packages, and the folder whose tests need each: what is not there needs
 * nothing.
 */
const programs = [
  { command: 'chromium', debian: 'chromium', of: 'packages/web', why: 'browser tests' },
  { command: 'redis-server', debian: 'redis-server', of: 'packages/server', why: 'queue tests' },
]

const found = (command) =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => folder && existsSync(join(folder, command)))

/** Those of the programs that this working tree needs and this machine lacks. */
export const missingPrograms = (list = programs) =>
  list.filter(({ command, of }) => existsSync(join(root, of)) && !found(command))

/**
 * Fetches the programs that tests need, as root on Debian and its kin.
 * @returns {Promise<boolean>} false, having said what to install, where that cannot be done.
 */
export async function ensurePrograms(say) {
  const missing = missingPrograms()
  if (missing.length === 0) return true
  const names = missing.map(({ debian }) => debian)
  if (process.getuid?.() === 0 && found('apt-get')) {
    say(`Installing ${names.join(', ')} (apt-get) …`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    const quiet = { env, stdio: ['ignore', 'ignore', 'inherit'] }
    await run('apt-get', ['update', '-qq'], quiet)
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...names], quiet)
  }
  const still = missing.filter(({ command }) => !found(command))
  for (const { command, debian, why } of still) {
    say(`The ${why} need ${command}, which is not here. On Debian or Ubuntu: sudo apt-get install ${debian}`)
  }
  return still.length === 0
}

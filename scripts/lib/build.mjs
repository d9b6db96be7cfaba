import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { bin, capture } from './run.mjs'
import { readStamp, writeStamps } from './stamp.mjs'
import { filesBelow, packages, root, withDependencies } from './workspace.mjs'

const shared = ['package-lock.json', 'tsconfig.base.json', 'turbo.json'].map((name) => join(root, name))

/** A package's own build inputs and the files beside it, by name, size and time: quick, and turbo looks closer. */
function fingerprint({ folder }) {
  const own = ['package.json', 'tsconfig.json', 'tsup.config.ts', 'vite.config.ts', 'index.html'].map((name) =>
    join(folder, name),
  )
  // A package whose build has inputs of its own (turbo.json) is made of the examples, too.
  const examples = existsSync(join(folder, 'turbo.json')) ? filesBelow(join(root, 'examples')) : []
  const hash = createHash('sha256')
  for (const file of [...shared, ...own, ...filesBelow(join(folder, 'src')), ...examples]) {
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat) hash.update(`${file}\0${stat.size}\0${stat.mtimeMs}\n`)
  }
  return hash.digest('hex')
}

/**
 * Builds a package and what it needs, or all packages, if a source changed since the last build.
 * @param {(line: string) => void} say
 * @param {string} [only] A package's name; default all.
 * @throws with the build's own words when it fails.
 */
export async function ensureBuilt(say, only) {
  const wanted = (only ? withDependencies(only) : packages()).filter(({ manifest }) => manifest.scripts?.build)
  const known = readStamp('build') ?? {}
  const now = Object.fromEntries(wanted.map((one) => [one.name, fingerprint(one)]))
  if (wanted.every(({ name, folder }) => known[name] === now[name] && existsSync(join(folder, 'dist')))) return
  say('Building …')
  const filter = only ? [`--filter=${only}...`] : []
  const { code, output } = await capture(bin('turbo'), ['run', 'build', '--output-logs=errors-only', ...filter], {
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', TURBO_NO_UPDATE_NOTIFIER: '1', DO_NOT_TRACK: '1' },
  })
  if (code !== 0) {
    const lines = output.split('\n').filter((line) => line.trim() !== '' && !/^\s*•/.test(line))
    throw new Error(`The build failed (exit ${code}).\n${lines.join('\n')}`)
  }
  writeStamps({ build: { ...known, ...now } })
}

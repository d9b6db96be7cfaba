/**
 * Checks that no tool at hand makes, on the files that git tracks or would: every package declares what it imports,
 * `@neg/core` touches no platform, no files import each other in a circle, no file holds the address of a registry or a path of somebody's machine, and no
 * source file is too long to read in one go.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { circles } from './lib/import-circles.mjs'
import { addresses, lengths, platform, undeclared, unfinished, versions } from './lib/source-checks.mjs'
import { filesBelow, packages, root } from './lib/workspace.mjs'

const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], { cwd: root })
  .toString()
  .split('\0')
  .filter((path) => path !== '' && existsSync(join(root, path)))
  .map((path) => ({ path, text: () => readFileSync(join(root, path), 'utf8') }))

const own = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const names = packages().map(({ name }) => name)
const below = (folder) => tracked.filter(({ path }) => path.startsWith(`${relative(root, folder)}/`))
const built = (folder) =>
  filesBelow(join(folder, 'dist')).map((file) => ({
    path: relative(root, file),
    text: () => readFileSync(file, 'utf8'),
  }))

const problems = [
  ...packages().flatMap((one) => undeclared(one.manifest, [...below(one.folder), ...built(one.folder)], own, names)),
  ...packages().flatMap((one) => versions(one.manifest, below(one.folder))),
  ...platform([...below(join(root, 'packages/core')), ...built(join(root, 'packages/core'))]),
  ...circles(tracked.filter(({ path }) => path.startsWith('packages/'))),
  ...addresses(tracked),
  ...lengths(tracked),
  ...unfinished(tracked),
]
for (const problem of problems) process.stdout.write(`✗ ${problem}\n`)
if (problems.length === 0) process.stdout.write(`✓ ${tracked.length} files\n`)
process.exitCode = problems.length > 0 ? 1 : 0

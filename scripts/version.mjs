/**
 * `npm run version`: what `.changeset/` describes becomes versions and changelogs; what repeats a version follows: `src/version.ts` and its line in
 * `api.md`, the examples that are no part of the workspace, and the lock file. What is exported is recorded as what this version exports.
 */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { must } from './lib/packed.mjs'
import { digestOf, releasedApiFile } from './lib/released-api.mjs'
import { bin } from './lib/run.mjs'
import { packages, root } from './lib/workspace.mjs'

const isFile = (path) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false

/** Rewrites a file, if it is there. */
function change(file, rewrite) {
  if (isFile(file)) writeFileSync(file, rewrite(readFileSync(file, 'utf8')))
}

await must(bin('changeset'), ['version'], root)
for (const { folder, manifest } of packages()) {
  change(join(folder, 'src', 'version.ts'), (text) =>
    text.replace(/version = '[^']+'/, `version = '${manifest.version}'`),
  )
  change(join(folder, 'api.md'), (text) =>
    text.replace(/const version = "[^"]+"/, `const version = "${manifest.version}"`),
  )
}
const { manifest } = packages().find(({ name }) => name === '@neg/core')
for (const name of readdirSync(join(root, 'examples'))) {
  change(join(root, 'examples', name, 'package.json'), (text) =>
    text.replace(/("@neg\/[\w-]+": )"\^[^"]+"/g, `$1"^${manifest.version}"`),
  )
}
const reports = packages()
  .map(({ name, folder }) => [name, join(folder, 'api.md')])
  .filter(([, file]) => isFile(file))
const digests = Object.fromEntries(reports.map(([name, file]) => [name, digestOf(readFileSync(file, 'utf8'))]))
writeFileSync(releasedApiFile, `${JSON.stringify({ version: manifest.version, digests }, null, 2)}\n`)
await must('npm', ['install', '--package-lock-only', '--ignore-scripts'], root)
process.stdout.write(`${manifest.version}\n`)

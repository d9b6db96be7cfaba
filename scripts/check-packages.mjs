/**
 * Packs every public package as npm would publish it and checks the tarballs: publint (strict), arethetypeswrong
 * (ESM only), that nothing but what `files` names is inside, that what it exports is what its `api.md` records, and that a changeset
 * names it where that is not what the last release exported.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { apiReport } from './lib/api-report.mjs'
import { namedPackages, releasedApi, unannounced } from './lib/released-api.mjs'
import { bin, capture } from './lib/run.mjs'
import { packages } from './lib/workspace.mjs'

const released = releasedApi()
const named = namedPackages()
const folder = mkdtempSync(join(tmpdir(), 'neg-pack-'))

/** What is wrong with one package, a line each. */
async function problemsOf({ folder: source, manifest }) {
  const packed = await capture('npm', ['pack', '--json', '--pack-destination', folder], { cwd: source })
  if (packed.code !== 0) return [`npm pack failed: ${packed.output.trim()}`]
  const [{ filename, files }] = JSON.parse(packed.output.slice(packed.output.indexOf('[')))
  const tarball = join(folder, filename)
  const problems = []

  for (const needed of ['README.md', 'LICENSE']) {
    if (!files.some(({ path }) => path === needed)) problems.push(`lacks ${needed}`)
  }
  // What a project begins with is files of others: sources, tests and all.
  const own = files.filter(({ path }) => !path.startsWith('templates/'))
  const stray = own.filter(({ path }) => /(^|\/)(src|test)\/|\.test\.|tsconfig|tsup\.config/.test(path))
  problems.push(...stray.map(({ path }) => `ships ${path}`))

  const bytes = readFileSync(tarball)
  const lint = await publint({
    pack: { tarball: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) },
    strict: true,
  })
  problems.push(...lint.messages.map((message) => `publint: ${formatMessage(message, manifest)}`))

  if (manifest.exports && Object.keys(manifest.exports).some((key) => key !== './package.json')) {
    const types = await capture(bin('attw'), [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'])
    if (types.code !== 0) problems.push(`arethetypeswrong:\n${types.output.trim()}`)
    const recorded = join(source, 'api.md')
    const report = apiReport(source, manifest)
    if (!existsSync(recorded) || readFileSync(recorded, 'utf8') !== report) {
      problems.push('exports something else than its api.md says: if that is meant, record it with `npm run api`')
    }
    problems.push(...[unannounced(manifest.name, report, released, named)].filter(Boolean))
  }
  return problems
}

let failed = false
try {
  for (const one of packages().filter(({ manifest }) => !manifest.private)) {
    const problems = await problemsOf(one)
    failed ||= problems.length > 0
    process.stdout.write(`${problems.length ? '✗' : '✓'} ${one.name}\n`)
    for (const problem of problems) process.stdout.write(`  ${problem.replaceAll('\n', '\n  ')}\n`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0

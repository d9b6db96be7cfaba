import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { interop } from './interop-stage.mjs'
import { bin, run } from './run.mjs'
import { packages, root } from './workspace.mjs'

/** @typedef {{ passed: number, failed: number }} Count */

const one = (code) => (code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 })

/** What a vitest JSON report counts. A file that could not be loaded, or an error outside any test, counts as failed. */
export function countOf(report, code) {
  const passed = report?.numPassedTests ?? 0
  const broken =
    report?.testResults?.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length ?? 0
  const failed = (report?.numFailedTests ?? 0) + broken
  return { passed, failed: code !== 0 && failed === 0 ? 1 : failed }
}

async function vitest(project, filters, env = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'neg-test-'))
  const report = join(folder, 'report.json')
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
    const code = await run(bin('vitest'), ['run', '--project', project, ...reporters, ...filters], {
      env: { ...process.env, ...env },
    })
    try {
      return countOf(JSON.parse(readFileSync(report, 'utf8')), code)
    } catch {
      return countOf(undefined, code)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs `npm run example` of every example that has one. */
async function examples() {
  const count = { passed: 0, failed: 0 }
  for (const { name, folder, manifest } of packages().filter(({ manifest }) => manifest.scripts?.example)) {
    process.stdout.write(`${name}: ${manifest.scripts.example}\n`)
    const { passed, failed } = one(await run('npm', ['run', '--silent', 'example'], { cwd: folder }))
    count.passed += passed
    count.failed += failed
  }
  return count
}

/** Builds the site of documents, where dead links fail, for a path; then looks at it in Chromium. */
async function site(filters) {
  const code = await run(process.execPath, [join(root, 'scripts', 'docs.mjs'), '--base', '/under/a/path/'])
  const built = one(code)
  if (code !== 0) return built
  const { passed, failed } = await vitest('site', filters)
  return { passed: built.passed + passed, failed }
}

/** The stages of `npm test`, in order. @type {{ name: string, what: string, run(filters: string[]): Promise<Count> }[]} */
export const stages = [
  {
    name: 'lint',
    what: 'biome',
    run: async () => one(await run(bin('biome'), ['check', '--error-on-warnings', '.'])),
  },
  { name: 'types', what: 'tsc', run: async () => one(await run(bin('tsc'), ['--noEmit', '-p', 'tsconfig.json'])) },
  { name: 'unit', what: 'vitest, quick tests', run: (filters) => vitest('unit', filters) },
  { name: 'slow', what: 'vitest, tests on whole runs', run: (filters) => vitest('slow', filters) },
  {
    name: 'servers',
    what: 'vitest, real servers and processes on loopback: faults, Redis, other clients, a browser',
    run: (filters) => vitest('servers', filters),
  },
  {
    name: 'browser',
    what: 'vitest in Chromium: recorded pictures on WebAssembly and WebGPU, laws of guidance, a lost GPU',
    run: (filters) => vitest('browser*', filters),
  },
  {
    name: 'studio',
    what: 'the built studio in Chromium, as a person uses it',
    run: (filters) => vitest('studio', filters),
  },
  {
    name: 'sources',
    what: 'imports, platform, addresses, lengths',
    run: async () => one(await run(process.execPath, [join(root, 'scripts', 'check-sources.mjs')])),
  },
  {
    name: 'packages',
    what: 'publint and arethetypeswrong on the packed tarballs',
    run: async () => one(await run(process.execPath, [join(root, 'scripts', 'check-packages.mjs')])),
  },
  {
    name: 'interop',
    what: 'Triton, KServe, MLServer and tritonclient from PyPI, on the embedded model',
    run: (filters) => interop(vitest, filters, (line) => process.stdout.write(`${line}\n`)),
  },
  { name: 'docs', what: 'the site of documents: built without dead links, its page draws in Chromium', run: site },
  { name: 'examples', what: 'each runs', run: examples },
  {
    name: 'plugin',
    what: 'a guidance in a package of its own, as npm create neg makes it, from packed tarballs',
    run: async () => one(await run(process.execPath, [join(root, 'scripts', 'check-guidance-plugin.mjs')])),
  },
  {
    name: 'create',
    what: 'what npm create neg makes for Node: a program and a server, from packed tarballs',
    run: async () => one(await run(process.execPath, [join(root, 'scripts', 'check-create.mjs')])),
  },
  {
    name: 'web-examples',
    what: 'browser examples from packed tarballs: Vite, Next (as npm create neg makes them), none',
    run: async () => one(await run(process.execPath, [join(root, 'scripts', 'check-web-examples.mjs')])),
  },
]

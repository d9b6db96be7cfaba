/**
 * `npm run release:check`: whether what is here could be published. What `npm run test:packages` checks of tarballs, their sizes and those
 * of the scripts that a page gets, that none runs anything when it is installed; then installs them into an empty project with each package
 * manager, has that project import every entry and draw, with each runtime, and reads the licences of all that came along. No part of
 * CI: package managers and runtimes come from the registry, and one that it does not have for this machine is said and not tried.
 *
 *   npm run release:check                      all
 *   npm run release:check -- npm pnpm          only these package managers; runtimes are tried with npm
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { librarySizes } from './bench-web/sizes.mjs'
import { installed, unlicensed } from './lib/licences.mjs'
import { must, pack } from './lib/packed.mjs'
import { bin, capture } from './lib/run.mjs'
import { packages, root } from './lib/workspace.mjs'

/** The most that a tarball may have, in KiB: with room to grow, none to double. */
const budgets = {
  '@neg/ai': 12,
  '@neg/cli': 90,
  '@neg/core': 220,
  '@neg/node': 450,
  '@neg/onnx': 160,
  '@neg/portraits': 33_000,
  '@neg/remote': 75,
  '@neg/server': 85,
  '@neg/testing': 32,
  '@neg/web': 400,
  'create-neg': 16,
}

/** The most that a page gets of neg's own scripts at once, in bytes after gzip: docs/performance.md says what is in them. */
const scripts = { page: 119_000, worker: 92_000 }

/** What npm runs when a package is installed. */
const atInstall = ['preinstall', 'install', 'postinstall', 'prepare']

/** How each package manager is called, and where it wants what a registry does not have yet. */
const managers = {
  npm: { command: () => ['npm', 'install', '--no-audit', '--no-fund'], key: 'overrides' },
  pnpm: { command: () => fromRegistry('pnpm@10', 'pnpm', 'install'), key: 'pnpm' },
  yarn: { command: () => fromRegistry('yarn@1', 'yarn', 'install'), key: 'resolutions' },
  bun: { command: ({ bun }) => bun && [bun, 'install'], key: 'overrides', runs: ({ bun }) => [bun, 'draw.mjs'] },
}
const fromRegistry = (what, ...words) => ['npm', 'exec', '--yes', `--package=${what}`, '--', ...words]

/** What runs the project that npm installed: the package of its binary for this machine, and how it is called. */
const system = `${process.platform}-${process.arch}`
const runtimes = {
  node20: { from: `node-${system}@20`, file: 'bin/node', words: [] },
  node22: { from: `node-${system}@22`, file: 'bin/node', words: [] },
  node24: { from: `node-${system}@24`, file: 'bin/node', words: [] },
  bun: { from: `@oven/bun-${system.replace('arm64', 'aarch64')}`, file: 'bin/bun', words: [] },
  deno: {
    from: `@deno/${system}${process.platform === 'linux' ? '-glibc' : ''}`,
    file: 'deno',
    words: ['run', '--allow-all', '--node-modules-dir=manual'],
  },
}

/** Imports every entry that Node can, and draws. */
const program = (entries) => `${entries.map((entry) => `await import('${entry}')`).join('\n')}
const { generate } = await import('@neg/core')
const { node } = await import('@neg/node')
const model = await node()
const { image } = await generate(model, { prompt: 'a pirate', negatives: ['eye patch'], steps: 2, seed: 1 }).result
await model.dispose()
console.log(\`${entries.length} entries, \${image.width} × \${image.height} pixels\`)
`

const forPages = new Set(['@neg/web', '@neg/portraits/web', '@neg/portraits/urls'])
const shipped = packages().filter(({ manifest }) => !manifest.private)
const entries = shipped
  .filter(({ name }) => name !== '@neg/web')
  .flatMap(({ name, manifest }) =>
    Object.entries(manifest.exports ?? {})
      .filter(([, target]) => typeof target === 'object')
      .map(([key]) => `${name}${key.slice(1)}`),
  )
  .filter((entry) => !forPages.has(entry) && !entry.includes('worker'))

let failed = false
async function step(what, run) {
  try {
    process.stdout.write(`✓ ${what}: ${await run()}\n`)
  } catch (error) {
    failed = true
    process.stdout.write(`✗ ${what}: ${error.message.replaceAll('\n', '\n  ')}\n`)
  }
}
const refuse = (problems) => {
  if (problems.length > 0) throw new Error(problems.join('\n'))
}

const work = mkdtempSync(join(tmpdir(), 'neg-release-'))
try {
  await step('tarballs, types and surfaces', async () => {
    await must(process.execPath, [join(root, 'scripts', 'check-packages.mjs')], root)
    return `${shipped.length} packages`
  })
  await step('versions', async () => {
    const versions = new Set(shipped.map(({ manifest }) => manifest.version))
    refuse(versions.size === 1 ? [] : [`packages have several: ${[...versions].join(', ')}`])
    return [...versions][0]
  })
  await step('the next version', async () => {
    const file = join(work, 'plan.json')
    // Its path is taken from the repository's folder.
    await must(bin('changeset'), ['status', `--output=${relative(root, file)}`], root)
    const { releases } = JSON.parse(readFileSync(file, 'utf8'))
    const next = new Set(releases.filter(({ type }) => type !== 'none').map(({ newVersion }) => newVersion))
    // A major one comes about where a peer's range ends before the next version.
    refuse(next.size > 1 || releases.some(({ type }) => type === 'major') ? [`it is ${[...next].join(', ')}`] : [])
    return next.size === 0 ? 'none is due' : [...next][0]
  })
  await step('nothing runs at install', async () => {
    refuse(
      shipped.flatMap(({ name, manifest }) =>
        atInstall.filter((script) => manifest.scripts?.[script]).map((script) => `${name} has the script ${script}`),
      ),
    )
    return 'no scripts'
  })
  const tarballs = await pack(
    shipped.map(({ name }) => name),
    work,
  )
  await step('sizes', async () => {
    const sizes = Object.entries(tarballs).map(([name, file]) => [name, Math.ceil(statSync(file).size / 1024)])
    refuse(
      sizes
        .filter(([name, size]) => !(size <= budgets[name]))
        .map(([name, size]) => `${name} has ${size} KiB; its budget is ${budgets[name] ?? 'not set'}`),
    )
    return sizes.map(([name, size]) => `${name} ${size}`).join(', ')
  })
  await step('scripts of a page, after gzip', async () => {
    const sizes = await librarySizes()
    refuse(
      Object.entries(scripts)
        .filter(([name, most]) => sizes[name] > most)
        .map(([name, most]) => `the ${name}'s has ${sizes[name]} bytes; its budget is ${most}`),
    )
    return Object.keys(scripts)
      .map((name) => `${name} ${(sizes[name] / 1e3).toFixed(1)} kB`)
      .join(', ')
  })

  const asked = process.argv.slice(2)
  const wanted = Object.entries(managers).filter(([name]) => asked.length === 0 || asked.includes(name))
  const programs = wanted.some(([name]) => name === 'npm' || name === 'bun')
    ? await fetchRuntimes(join(work, 'runtimes'))
    : {}
  const files = Object.fromEntries(Object.entries(tarballs).map(([name, file]) => [name, `file:${file}`]))
  for (const [name, { command, key, runs = () => ['node', 'draw.mjs'] }] of wanted) {
    const words = command(programs)
    if (!words) {
      process.stdout.write(`– ${name}: not here, not tried\n`)
      continue
    }
    const project = join(work, name)
    await step(name, async () => {
      mkdirSync(project)
      const manifest = {
        name: 'stranger',
        private: true,
        type: 'module',
        dependencies: { ...files, 'onnxruntime-node': '^1.30.0', 'onnxruntime-web': '^1.30.0' },
        [key]:
          key === 'pnpm' ? { overrides: files } : key === 'overrides' && name === 'npm' ? references(files) : files,
      }
      writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, null, 2))
      writeFileSync(join(project, 'draw.mjs'), program(entries))
      // CUDA's libraries, which onnxruntime-node would fetch, have nothing to do with what is checked.
      await must(words[0], words.slice(1), project, { ONNXRUNTIME_NODE_INSTALL: 'skip' })
      if (name === 'npm') refuse(unlicensed(installed(project)))
      return drawn(project, runs(programs))
    })
    if (name !== 'npm') continue
    for (const [runtime, { words }] of Object.entries(runtimes)) {
      const file = programs[runtime]
      if (file) await step(`npm, ${runtime}`, () => drawn(project, [file, ...words, 'draw.mjs']))
      else process.stdout.write(`– ${runtime}: the registry has none for this machine, not tried\n`)
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0

/** npm wants an override of what a project itself depends on to point there. */
function references(files) {
  return Object.fromEntries(Object.keys(files).map((name) => [name, `$${name}`]))
}

/** What a project's program says last. */
async function drawn(project, [command, ...words]) {
  return (await must(command, words, project)).trim().split('\n').at(-1)
}

/** Installs the runtimes' binaries, each by itself: by name the file of those that came. */
async function fetchRuntimes(folder) {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  const found = {}
  for (const [name, { from, file }] of Object.entries(runtimes)) {
    await capture('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', `${name}@npm:${from}`], {
      cwd: folder,
    })
    const path = join(folder, 'node_modules', name, file)
    if (existsSync(path)) found[name] = path
  }
  return found
}

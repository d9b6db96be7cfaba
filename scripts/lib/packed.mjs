import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { readPngText } from '@neg/core'
import { capture } from './run.mjs'
import { packages } from './workspace.mjs'

/** Runs a command; gives what it says. @throws with all of it, where it fails */
export async function must(command, args, cwd, env = {}) {
  const { code, output } = await capture(command, args, { cwd, env: { ...process.env, ...env } })
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed (exit ${code}):\n${output.trim()}`)
  return output
}

/** Packs packages as npm would publish them, into a folder. @returns {Promise<Record<string, string>>} Name → tarball. */
export async function pack(names, folder) {
  const tarballs = {}
  for (const { name, folder: source } of packages().filter(({ name }) => names.includes(name))) {
    const output = await must('npm', ['pack', '--json', '--pack-destination', folder], source)
    tarballs[name] = join(folder, JSON.parse(output.slice(output.indexOf('[')))[0].filename)
  }
  return tarballs
}

/** Installs a project's packages, those of neg from tarballs: what these depend on is in no registry yet. */
export async function installPacked(project, tarballs) {
  const file = join(project, 'package.json')
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  const direct = [manifest.dependencies, manifest.devDependencies].filter(Boolean)
  for (const dependencies of direct) {
    for (const name of Object.keys(dependencies)) if (name in tarballs) dependencies[name] = `file:${tarballs[name]}`
  }
  manifest.overrides = Object.fromEntries(
    Object.entries(tarballs).map(([name, tarball]) => [
      name,
      direct.some((dependencies) => name in dependencies) ? `$${name}` : `file:${tarball}`,
    ]),
  )
  writeFileSync(file, JSON.stringify(manifest, null, 2))
  await must('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund'], project)
}

/** Makes a project as `npm create neg FOLDER -- --template NAME` does, by the packed command. */
export const createPacked = (folder, template, tarballs, cwd) =>
  must(
    'npm',
    ['exec', '--yes', `--package=file:${tarballs['create-neg']}`, '--', 'create-neg', folder, '--template', template],
    cwd,
  )

/** The record of a picture's bytes. */
export const recordOf = (bytes) => JSON.parse(readPngText(bytes).neg)

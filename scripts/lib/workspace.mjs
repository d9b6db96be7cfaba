import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's folder. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** @typedef {{ name: string, folder: string, manifest: Record<string, any> }} Package */

const isFolder = (path) => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false

/** The folders that one entry of `workspaces` stands for: a path whose last part may hold a `*`. */
function expand(pattern) {
  const parent = join(root, dirname(pattern))
  const [before, after = ''] = pattern.slice(dirname(pattern).length + 1).split('*')
  if (!isFolder(parent)) return []
  return readdirSync(parent)
    .filter((name) => name.startsWith(before) && name.endsWith(after))
    .map((name) => join(parent, name))
    .filter((folder) => statSync(join(folder, 'package.json'), { throwIfNoEntry: false }))
    .sort()
}

/** Every package of the workspace. @returns {Package[]} */
export function packages() {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return workspaces.flatMap(expand).map((folder) => {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    return { name: manifest.name, folder, manifest }
  })
}

/** A package and, before it, those of the workspace that it needs. @returns {Package[]} */
export function withDependencies(name, all = packages(), found = []) {
  const one = all.find((candidate) => candidate.name === name)
  if (!one || found.includes(one)) return found
  const needs = { ...one.manifest.dependencies, ...one.manifest.devDependencies, ...one.manifest.peerDependencies }
  for (const dependency of Object.keys(needs)) withDependencies(dependency, all, found)
  found.push(one)
  return found
}

/** Every file below a folder, sorted, leaving out what is built or installed. */
export function filesBelow(folder, skip = new Set(['node_modules', 'dist', '.turbo', '.git', '.cache', 'coverage'])) {
  if (!isFolder(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !skip.has(entry.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(folder, entry.name), skip) : [join(folder, entry.name)]))
}

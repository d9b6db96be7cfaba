import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Licences that a program under any licence may depend on; LGPL is that of libvips, which sharp loads as a library of its own. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'LGPL-3.0-or-later',
  'MIT',
  'MIT-0',
  'Python-2.0',
  'Unlicense',
])

/** Whether an SPDX expression can be met by what is allowed: one of an OR, each of an AND. */
export const isAllowed = (expression) =>
  String(expression)
    .replace(/[()]/g, '')
    .split(/\s+OR\s+/)
    .some((choice) => choice.split(/\s+AND\s+/).every((name) => allowed.has(name.trim())))

const entries = (folder) => readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory())

/** Every package installed below a project: its folder and its manifest. */
export function installed(project) {
  const modules = join(project, 'node_modules')
  if (!existsSync(modules)) return []
  const folders = entries(modules)
    .filter(({ name }) => !name.startsWith('.'))
    .flatMap(({ name }) =>
      name.startsWith('@')
        ? entries(join(modules, name)).map((inner) => join(modules, name, inner.name))
        : [join(modules, name)],
    )
  return folders
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .flatMap((folder) => [
      { folder, manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) },
      ...installed(folder),
    ])
}

/** What is installed under a licence that is none of those. */
export const unlicensed = (packages) =>
  packages
    .map(({ manifest: { name, version, license, licenses } }) => ({
      name,
      version,
      license: license?.type ?? license ?? licenses?.map(({ type }) => type).join(' OR ') ?? 'none',
    }))
    .filter(({ license }) => !isAllowed(license))
    .map(({ name, version, license }) => `${name} ${version} is under ${license}`)

import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Refusal } from './refusal'
import type { Template } from './templates'

const here = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

/** This package's own version, which is that of all of neg. */
export const version = (): string => JSON.parse(readFileSync(here('package.json'), 'utf8')).version

/** Files that npm would leave out of a package are written here. */
const ignored = ['node_modules/', 'dist/', '.next/', 'out/', '*.png', '']

/** `My App` as npm takes it for a name. */
export const packageName = (folder: string): string =>
  basename(resolve(folder))
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '') || 'neg-app'

/** The example's manifest as a project's own: its name, and the packages of neg in the version that this one has. */
export function manifestOf(example: Record<string, unknown>, name: string, neg: string): Record<string, unknown> {
  const pinned = (dependencies: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(dependencies).map(([key, range]) => [key, key.startsWith('@neg/') ? `^${neg}` : range]),
    )
  const entries = Object.entries(example).map(([key, value]) =>
    /dependencies$/i.test(key) ? [key, pinned(value as Record<string, string>)] : [key, value],
  )
  return { ...Object.fromEntries(entries), name }
}

const readme = (name: string, { summary, scripts, notes }: Template) =>
  `# ${name}\n\nMade with \`npm create neg\`: ${summary}.\n\n\`\`\`sh\n${[
    'npm install',
    ...scripts.map((script) => `npm run ${script}`),
  ].join('\n')}\n\`\`\`\n\n${notes}\n`

/**
 * Writes a project.
 *
 * @param folder is made; where it is there, it must be empty but for a `.git`.
 * @throws {@link Refusal} where something would be overwritten
 */
export function create(folder: string, template: Template): void {
  if (existsSync(folder) && !statSync(folder).isDirectory())
    throw new Refusal(`${folder} is a file. Name a new folder.`)
  const there = existsSync(folder) ? readdirSync(folder).filter((name) => name !== '.git') : []
  if (there.length > 0) throw new Refusal(`${folder} is not empty: it has ${there[0]}. Name a new folder.`)
  mkdirSync(folder, { recursive: true })
  cpSync(here(`templates/${template.name}`), folder, { recursive: true })
  const name = packageName(folder)
  const copied = join(folder, '_package.json')
  const manifest = manifestOf(JSON.parse(readFileSync(copied, 'utf8')), name, version())
  rmSync(copied)
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  writeFileSync(join(folder, '.gitignore'), ignored.join('\n'))
  writeFileSync(join(folder, 'README.md'), readme(name, template))
}

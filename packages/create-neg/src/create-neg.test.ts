import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { readArguments } from './arguments'
import { create, manifestOf, packageName } from './create'
import { managerOf, nextSteps } from './next-steps'
import { templates } from './templates'

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))

describe('arguments', () => {
  test('a folder and a template', () => {
    const { folder, template } = readArguments(['my-app', '--template', 'vite'])
    expect([folder, template?.name]).toEqual(['my-app', 'vite'])
    expect(readArguments(['-t', 'node']).folder).toBeUndefined()
  })

  test.each([
    [['--template', 'svelte'], /no template 'svelte'.*node, vite, next, plugin, server/],
    [['a', 'b'], /One folder, not 2/],
    [['--tempalte', 'vite'], /--tempalte/],
    [['--template'], /--template/],
  ])('%j is refused', (args, message) => expect(() => readArguments(args)).toThrow(message))
})

test.each([
  ['my-app', 'my-app'],
  ['./Some Where/My App', 'my-app'],
  ['_hidden', 'hidden'],
  ['…', 'neg-app'],
])('%s is named %s', (folder, name) => expect(packageName(folder)).toBe(name))

test('packages of neg are asked for in this version; all else stays', () => {
  const example = { name: 'x', private: true, dependencies: { '@neg/core': '^0.1.0', next: '^16.4.0' } }
  expect(manifestOf(example, 'mine', '9.8.7')).toEqual({
    name: 'mine',
    private: true,
    dependencies: { '@neg/core': '^9.8.7', next: '^16.4.0' },
  })
})

test('what to type next is said in the words of the package manager that was used', () => {
  const [vite] = templates.filter(({ name }) => name === 'vite')
  const manager = managerOf('pnpm/10.1.0 npm/? node/v22.0.0 linux x64')
  expect(nextSteps('a b', vite, manager)).toBe('  cd "a b"\n  pnpm install\n  pnpm run dev\n')
  expect([managerOf(undefined), managerOf('npm/11.0.0 node/v22')]).toEqual(['npm', 'npm'])
})

describe('a template', () => {
  test.each(templates)('$name has the scripts that are said, and speaks of nothing outside of itself', (template) => {
    const { scripts } = JSON.parse(readFileSync(join(examples, template.example, 'package.json'), 'utf8'))
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...template.scripts]))
    const files = readdirSync(join(examples, template.example)).filter((name) => /^tsconfig/.test(name))
    for (const file of files) expect(readFileSync(join(examples, template.example, file), 'utf8')).not.toContain('../')
  })
})

describe('a project', () => {
  let work: string
  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), 'neg-create-'))
  })
  afterEach(() => rmSync(work, { recursive: true }))

  test.each(templates)('of $name is written whole', (template) => {
    const folder = join(work, 'my-app')
    create(folder, template)
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    expect(manifest.name).toBe('my-app')
    expect(readFileSync(join(folder, '.gitignore'), 'utf8')).toContain('node_modules/\n')
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain(template.summary)
    expect(readdirSync(folder).filter((name) => /^_|node_modules/.test(name))).toEqual([])
    const sources = readdirSync(join(examples, template.example)).filter((name) => /^(src|app|index\.html)$/.test(name))
    for (const name of sources) expect(existsSync(join(folder, name))).toBe(true)
  })

  test('goes into an empty repository, and over nothing', () => {
    mkdirSync(join(work, '.git'))
    create(work, templates[0])
    expect(() => create(work, templates[0])).toThrow(/is not empty/)
    const file = join(work, 'file')
    writeFileSync(file, '')
    expect(() => create(file, templates[0])).toThrow(/is a file/)
  })
})

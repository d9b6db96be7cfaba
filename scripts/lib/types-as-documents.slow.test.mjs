import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { describe, expect, test } from 'vitest'
import { guidancePages } from '../../site/lib/guidance-pages.mjs'
import { languageService } from './type-project.mjs'
import { root } from './workspace.mjs'

/** A source with `¦` where the caret is. */
const caret = (text) => ({ text: text.replace('¦', ''), at: text.indexOf('¦') })

const options = [
  ['RecipeInput', '@neg/core', 'prompt'],
  ['ConceptInput', '@neg/core', 'text'],
  ['GenerateInput', '@neg/core', 'prompt'],
  ['RunOptions', '@neg/core', 'signal'],
  ['NodeOptions', '@neg/node', 'device'],
  ['WebOptions', '@neg/web', 'model'],
  ['RemoteModelOptions', '@neg/remote', 'parts'],
  ['RemoteOptions', '@neg/remote/jobs', 'latents'],
]

describe('every field says in the editor what it means and what its default is', () => {
  test.each(options)('%s of %s', (type, from, known) => {
    const { text, at } = caret(`import type { ${type} } from '${from}'\nexport const x: ${type} = { ¦ }\n`)
    const editor = languageService({ 'x.ts': text })
    const fields = editor.offered('x.ts', at)
    expect(fields).toContain(known)
    const silent = fields.filter((field) => {
      const shown = editor.documentation('x.ts', at, field)
      return shown.length < 20 || !/\bdefault\b|\brequired\b/i.test(shown)
    })
    expect(silent).toEqual([])
  })
})

describe('names are offered while they are typed, and other strings stay possible', () => {
  test.each([
    ['RecipeInput', '@neg/core', `{ prompt: '', guidance: '¦' }`, ['general', 'perp-neg', 'local']],
    ['RecipeInput', '@neg/core', `{ prompt: '', guidance: { name: '¦' } }`, ['general', 'perp-neg']],
    ['RecipeInput', '@neg/core', `{ prompt: '', scheduler: '¦' }`, ['ddim', 'dpm++2m', 'euler']],
    ['RecipeInput', '@neg/core', `{ prompt: '', scheduler: { name: '¦' } }`, ['ddim']],
    ['RecipeInput', '@neg/core', `{ prompt: '', negatives: [{ text: '', window: '¦' }] }`, ['ban2024']],
    ['GenerateInput', '@neg/core', `{ prompt: '', guidance: '¦' }`, ['general', 'perp-neg']],
    ['NodeOptions', '@neg/node', `{ device: '¦' }`, ['auto', 'cpu', 'cuda', 'webgpu']],
    ['NodeOptions', '@neg/node', `{ dtype: '¦' }`, ['fp32', 'fp16', 'q8']],
    ['WebOptions', '@neg/web', `{ model: '', device: '¦' }`, ['auto', 'webgpu', 'wasm']],
    ['RemoteModelOptions', '@neg/remote', `{ dtype: '¦' }`, ['fp32', 'fp16']],
  ])('%s of %s: %s', (type, from, value, wanted) => {
    const { text, at } = caret(`import type { ${type} } from '${from}'\nexport const x: ${type} = ${value}\n`)
    expect(languageService({ 'x.ts': text }).offered('x.ts', at)).toEqual(expect.arrayContaining(wanted))
  })

  test('a plug-in’s name compiles where neg’s own complete', () => {
    const text = `import type { RecipeInput } from '@neg/core'
export const x: RecipeInput = { prompt: '', guidance: 'mine', scheduler: { name: 'MyScheduler' } }\n`
    expect(languageService({ 'x.ts': text }).errors('x.ts')).toEqual([])
  })
})

/** The TypeScript of a document, a block each. */
const blocksOf = (markdown) => [...markdown.matchAll(/^```ts\n(.*?)^```/gms)].map(([, text]) => text)

/** The README of every folder in a folder. */
const readmes = (folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name, 'README.md'))
const guides = readdirSync(join(root, 'docs')).filter((name) => name.endsWith('.md'))
const documents = [
  join(root, 'README.md'),
  ...guides.map((name) => join(root, 'docs', name)),
  ...readmes('packages').filter(existsSync),
  ...readmes('examples').filter(existsSync),
]
/** Of the site's pages, those that are made. */
const made = Object.entries(guidancePages(() => '')).map(([name, text]) => [`page of ${name}`, text])
const blocks = [...documents.map((file) => [relative(root, file), readFileSync(file, 'utf8')]), ...made].flatMap(
  ([name, markdown]) => blocksOf(markdown).map((text, i) => [`${name} ${i + 1}`, text]),
)

/** Where a name comes from that a block uses and its document has spoken of before. */
const spoken = {
  definePlugin: `import { definePlugin } from '@neg/core/guidance'`,
  generate: `import { generate } from '@neg/core'`,
  neg: `import { neg } from '@neg/ai'`,
  negServer: `import { negServer } from '@neg/remote/jobs'`,
  model: `declare const model: import('@neg/core').DiffusionModel`,
  node: `import { node } from '@neg/node'`,
  powerDdim: `import { powerDdim } from './power-ddim.js'`,
  remote: `import { remote } from '@neg/remote'`,
  renorm: `import { renorm } from './renorm.js'`,
  token: 'declare const token: string',
  web: `import { web } from '@neg/web'`,
  z: `import * as z from 'zod'`,
}
const missing = /(?:Cannot find name|for the shorthand property) '(\w+)'/

const example = (name) => readFileSync(join(root, 'examples/guidance-plugin/src', name), 'utf8')
const examples = { 'renorm.ts': example('renorm.ts'), 'power-ddim.ts': example('power-ddim.ts') }

describe.each(['NodeNext', 'Bundler'])(
  'every block of the documents compiles under %s, packages as built',
  (resolution) => {
    const sources = Object.fromEntries(
      // `export {}`: each block is a module, which may await and shares no names.
      blocks.map(([, text], i) => [
        `block-${i}.ts`,
        `${text.replace(`'neg-guidance-renorm'`, `'./renorm.js'`)}\nexport {}\n`,
      ]),
    )
    const first = languageService({ ...sources, ...examples }, resolution)
    const whole = Object.fromEntries(
      Object.entries(sources).map(([name, text]) => {
        const names = new Set(first.errors(name).flatMap(({ text }) => missing.exec(text)?.[1] ?? []))
        // `export {}`: each block is a module, which may await.
        return [name, `${text}\nexport {}\n${[...names].map((one) => spoken[one] ?? '').join('\n')}\n`]
      }),
    )
    const editor = languageService({ ...whole, ...examples }, resolution)

    test.each(blocks.map(([title], i) => [title, `block-${i}.ts`]))('%s', (_, name) => {
      // One block shows several ways to make the same constant.
      const alternatives = 2451
      expect(editor.errors(name).filter(({ code }) => code !== alternatives)).toEqual([])
    })
  },
)

test('there are blocks to compile', () => {
  expect(blocks.length).toBeGreaterThan(15)
})

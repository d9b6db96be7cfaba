import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadPlugins } from './load-plugins'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'neg-plugins-'))
  const write = (name: string, text: string) => {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const plugin = (name: string) =>
    `{ name: '${name}', version: '1', summary: '', formula: '', source: '', wraps: 0,
       options: { parse: (x) => x, toJSONSchema: () => ({}) }, create: () => ({}) }`
  const scheduler = `{ name: 's', version: '1', aliases: [], source: '',
       config: { parse: (x) => x, toJSONSchema: () => ({}) }, create: () => ({}) }`
  write(
    'two.mjs',
    `export const a = ${plugin('a')}\nexport const b = ${plugin('b')}\nexport default a\nexport const c = 3
     export const d = ${scheduler}`,
  )
  write('package/package.json', '{"type": "module", "exports": {".": {"types": "./x.d.ts", "default": "./lib/x.js"}}}')
  write('package/lib/x.js', `export const x = ${plugin('x')}`)
  write('unbuilt/package.json', '{"type": "module", "exports": "./dist/index.js"}')
  write('none.mjs', 'export const helper = () => 1')
  write('broken.mjs', 'throw new Error("no licence")')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('loadPlugins', () => {
  it('takes each guidance and each scheduler that a file exports, once', async () => {
    expect((await loadPlugins([join(folder, 'two.mjs')])).map(({ name }) => name)).toEqual(['a', 'b', 's'])
    expect(await loadPlugins()).toEqual([])
  })

  it('takes a package’s folder', async () => {
    expect((await loadPlugins([join(folder, 'package')])).map(({ name }) => name)).toEqual(['x'])
  })

  it.each([
    ['unbuilt', 'read-failed', /has the package been built/i],
    ['nowhere.mjs', 'read-failed', /no such file, folder or installed package/],
    ['none.mjs', 'plugin-invalid', /exports no plug-in.*helper/],
    ['broken.mjs', 'plugin-failed', /no licence/],
  ])('says what is wrong with %s', async (name, code, message) => {
    await expect(loadPlugins([join(folder, name)])).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    })
  })
})

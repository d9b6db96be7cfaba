import { existsSync, readdirSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import folder from './index'
import urls from './urls'

test('the folder is there, and the URLs name all of its files but the report', () => {
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.split(sep).join('/'))
    .filter((path) => !path.endsWith('report.json'))
  expect(Object.keys(urls).sort()).toEqual(files.sort())
  for (const [path, url] of Object.entries(urls)) {
    expect(fileURLToPath(url)).toBe(join(folder, path))
    expect(existsSync(fileURLToPath(url))).toBe(true)
  }
})

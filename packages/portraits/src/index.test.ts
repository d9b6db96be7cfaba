import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import folder, { urls } from './index'

it('names every file that runs need', () => {
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((path) =>
    statSync(join(folder, path)).isFile(),
  )
  const needed = files.map((path) => path.replaceAll('\\', '/')).filter((path) => !path.endsWith('report.json'))
  expect(Object.keys(urls).toSorted()).toEqual(needed.toSorted())
  for (const url of Object.values(urls)) expect(existsSync(fileURLToPath(url))).toBe(true)
})

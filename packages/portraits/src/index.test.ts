import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import folder, { urls } from './index'

it('is the folder that holds every file with an address, and nothing else but reports', () => {
  const files = (readdirSync(folder, { recursive: true }) as string[])
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll('\\', '/'))
  expect(files.filter((path) => !path.endsWith('report.json')).toSorted()).toEqual(Object.keys(urls).toSorted())
})

import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { makeFolder } from './make-folder'

const root = mkdtempSync(join(tmpdir(), 'neg-folder-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

it('makes every level, also where several do at a time', async () => {
  const path = join(root, 'a', 'b', 'c')
  await Promise.all([makeFolder(path), makeFolder(path), makeFolder(join(root, 'a', 'b', 'd'))])
  expect(statSync(path).isDirectory()).toBe(true)
  await makeFolder(path)
})

it('says so where a level is a file', async () => {
  writeFileSync(join(root, 'file'), '')
  await expect(makeFolder(join(root, 'file'))).rejects.toMatchObject({ code: 'ENOTDIR' })
  await expect(makeFolder(join(root, 'file', 'below'))).rejects.toMatchObject({ code: 'ENOTDIR' })
})

it.runIf(existsSync('/proc'))(
  'ends where a level cannot be made though the one above is there',
  { timeout: 5000 },
  async () => {
    await expect(makeFolder('/proc/x/y')).rejects.toMatchObject({ code: expect.stringMatching(/ENOENT|EACCES|EROFS/) })
  },
)

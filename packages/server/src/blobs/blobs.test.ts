import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { folderBlobs } from './folder-blobs'
import { memoryBlobs } from './memory-blobs'

const folder = mkdtempSync(join(tmpdir(), 'neg-blobs-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const png = { bytes: new Uint8Array([1, 2, 3]), type: 'image/png' }

describe.each([
  ['in memory', () => memoryBlobs()],
  ['in a folder', () => folderBlobs(folder)],
])('blobs %s', (_, create) => {
  test('are what was put last, until they are deleted or too old', async () => {
    const blobs = create()
    expect(await blobs.get('jobs/a/0.png')).toBeUndefined()
    await blobs.put('jobs/a/0.png', { ...png, bytes: new Uint8Array([9]) })
    await blobs.put('jobs/a/0.png', png)
    await blobs.put('jobs/b/0.png', png)
    const found = await blobs.get('jobs/a/0.png')
    expect(found?.type).toBe('image/png')
    expect([...(found?.bytes ?? [])]).toEqual([1, 2, 3])
    await blobs.put('jobs/a/1.png', { ...png, bytes: new Uint8Array(7) })
    expect(await blobs.sizes('jobs/a/')).toEqual(
      new Map([
        ['jobs/a/0.png', 3],
        ['jobs/a/1.png', 7],
      ]),
    )
    await blobs.deleteBelow('jobs/a/1.png')
    expect([...(await blobs.sizes('jobs/a/')).keys()]).toEqual(['jobs/a/0.png'])
    expect(await blobs.sizes('jobs/none/')).toEqual(new Map())
    await blobs.deleteBelow('jobs/a/')
    expect(await blobs.get('jobs/a/0.png')).toBeUndefined()
    await blobs.sweep(Date.now() - 60_000)
    expect(await blobs.get('jobs/b/0.png')).toBeDefined()
    await blobs.sweep(Date.now() + 60_000)
    expect(await blobs.get('jobs/b/0.png')).toBeUndefined()
  })
})

test('a folder never holds half a blob under its key, and no key leads out of it', async () => {
  const blobs = folderBlobs(folder)
  await Promise.all(Array.from({ length: 20 }, () => blobs.put('jobs/c/0.png', png)))
  expect(readdirSync(join(folder, 'jobs', 'c'))).toEqual(['0.png'])
  for (const key of ['../x', 'jobs/../../x', '/etc/passwd', 'a//b', '']) {
    await expect(blobs.put(key, png)).rejects.toThrow(/no key/)
  }
})

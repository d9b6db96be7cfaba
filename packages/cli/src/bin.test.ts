import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const file = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))

test('the command is a file of the repository: npm links none that a build has yet to make', () => {
  const { bin } = JSON.parse(readFileSync(file('package.json'), 'utf8')) as { bin: Record<string, string> }
  expect(Object.keys(bin)).toEqual(['neg'])
  expect(bin.neg).not.toContain('dist')
  expect(readFileSync(file(bin.neg), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/)
  expect(statSync(file(bin.neg)).mode & 0o111).not.toBe(0)
})

test('before the build it says what to do', () => {
  const folder = mkdtempSync(join(tmpdir(), 'neg-bin-'))
  try {
    cpSync(file('bin'), join(folder, 'bin'), { recursive: true })
    const { status, stderr } = spawnSync(process.execPath, [join(folder, 'bin', 'neg.mjs')], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([1, expect.stringContaining('has not been built yet')])
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

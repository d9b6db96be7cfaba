import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openUnitLog } from './unit-log'

const folder = mkdtempSync(join(tmpdir(), 'neg-units-'))
const head = { experiment: 'window', size: 'quick', model: 'abc', neg: '0.1.0' }

describe('a log of units', () => {
  afterAll(() => rmSync(folder, { recursive: true }))

  it('goes on where it was cut off, in the middle of a line too', async () => {
    const file = join(folder, 'new', 'window.jsonl')
    const log = await openUnitLog(file, head)
    await log.add('a', { seen: 0.5 }, 100.4)
    await log.add('b', [1], 50)
    const cut = readFileSync(file, 'utf8').slice(0, -8)
    writeFileSync(file, cut)
    const again = await openUnitLog(file, head)
    expect([...again.done]).toEqual([['a', { seen: 0.5 }]])
    expect(again.ms).toBe(100)
    await again.add('b', [2], 60)
    expect([...(await openUnitLog(file, head)).done]).toEqual([
      ['a', { seen: 0.5 }],
      ['b', [2]],
    ])
    expect((await openUnitLog(file, head)).ms).toBe(160)
  })

  it('refuses to mix results of different models or sizes', async () => {
    const file = join(folder, 'other.jsonl')
    await openUnitLog(file, head)
    for (const other of [{ size: 'full' }, { model: 'def' }, { neg: '0.2.0' }, { experiment: 'delay' }]) {
      await expect(openUnitLog(file, { ...head, ...other })).rejects.toMatchObject({ code: 'option-invalid' })
    }
    await expect(openUnitLog(file, head)).resolves.toBeDefined()
  })
})

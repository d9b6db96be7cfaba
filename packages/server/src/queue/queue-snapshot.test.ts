import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { pirate } from '../testing/toy-server.test-helper'
import { newState } from './job-state'
import { fileSnapshot, type QueueSnapshot } from './queue-snapshot'
import { stateBytes } from './snapshot-room'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'neg-snapshot-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const request = { recipe: pirate, latents: 'final', decode: true, priority: 0 } as never
const job = (prompt: string) => newState(crypto.randomUUID(), 'ada', 'toy', { ...(request as object), prompt } as never)
const snapshot = (...prompts: string[]): QueueSnapshot => ({
  jobs: prompts.map((prompt) => ({ state: job(prompt), log: [{ id: '1', event: { type: 'done' } }] })),
  keys: [],
})
const least = ({ jobs, keys }: QueueSnapshot): QueueSnapshot => ({
  jobs: jobs.map((one) => ({ ...one, log: [] })),
  keys,
})

/** Nothing more can be written beside the snapshot: on Linux the disk is full, elsewhere a folder is in the way. */
function obstruct(file: string): void {
  if (process.platform === 'linux') symlinkSync('/dev/full', `${file}.part`)
  else mkdirSync(join(`${file}.part`, 'x'), { recursive: true })
}

test('a snapshot comes back once, and its room goes', async () => {
  const store = fileSnapshot(join(folder, 'deep', 'jobs.json'))
  await store.reserve?.(1000)
  expect(readdirSync(join(folder, 'deep'))).toEqual(['jobs.json.reserved'])
  const whole = snapshot('a', 'b')
  await store.write(whole, least(whole))
  expect(readdirSync(join(folder, 'deep'))).toEqual(['jobs.json'])
  expect(await store.read()).toEqual(whole)
  expect(await store.read()).toBeUndefined()
})

test('room is blocks of the disk, grown as jobs come, and never given back in between', async () => {
  const file = join(folder, 'jobs.json')
  const store = fileSnapshot(file)
  const size = () => statSync(`${file}.reserved`)
  await Promise.all([store.reserve?.(1), store.reserve?.(70_000), store.reserve?.(10)])
  expect(size().size).toBe(2 << 16)
  await store.reserve?.(100)
  expect(size().size).toBe(2 << 16)
  // Blocks of 512 bytes; a file that was only sized has none.
  expect(size().blocks * 512).toBeGreaterThanOrEqual(2 << 16)
  // Another server goes on with what is there.
  await fileSnapshot(file).reserve?.(200_000)
  expect(size().size).toBe(4 << 16)
})

test('on a full disk the jobs that wait are kept in their room, and the rest is said to be lost', async () => {
  const file = join(folder, 'jobs.json')
  const store = fileSnapshot(file)
  const waiting = snapshot('a', 'b', 'ü'.repeat(60_000))
  await store.reserve?.(waiting.jobs.reduce((sum, { state }) => sum + stateBytes(state), 0))
  obstruct(file)
  const all = { ...waiting, jobs: [...waiting.jobs, ...snapshot('ended').jobs] }
  await expect(store.write(all, least(waiting))).rejects.toMatchObject({
    code: 'write-failed',
    message: expect.stringMatching(/3 that wait are, what is known of 1 ended jobs is lost/),
  })
  expect(existsSync(`${file}.reserved`)).toBe(false)
  expect(await fileSnapshot(file).read()).toEqual(least(waiting))
})

test('where not even they can be kept, it says so and leaves nothing half-written', async () => {
  const file = join(folder, 'jobs.json')
  obstruct(file)
  const all = snapshot('a')
  await expect(fileSnapshot(file).write(all, least(all))).rejects.toMatchObject({
    code: 'write-failed',
    message: expect.stringMatching(
      process.platform === 'linux' ? /1 that wait are lost, .*the disk is full/ : /1 that wait are lost/,
    ),
  })
  expect(existsSync(file)).toBe(false)
})

test('room that can’t be had is said, and asked for anew the next time', async () => {
  const file = join(folder, 'data', 'jobs.json')
  writeFileSync(join(folder, 'data'), 'in the way')
  const store = fileSnapshot(file)
  for (let i = 0; i < 2; i++) await expect(store.reserve?.(10)).rejects.toMatchObject({ code: 'write-failed' })
  rmSync(join(folder, 'data'))
  await store.reserve?.(10)
  expect(existsSync(`${file}.reserved`)).toBe(true)
})

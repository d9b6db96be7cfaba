import { expect, test } from 'vitest'
import type { RunEvent } from './event'
import type { RunResult } from './run'
import { startRun } from './start-run'

const result = { record: {} } as RunResult
const warning = (message: string): RunEvent => ({ type: 'warning', code: 'x', message })
const never = () => new Promise<never>(() => {})

test('events come in order, then the loop ends; result resolves', async () => {
  const run = startRun(async (emit) => {
    emit(warning('a'))
    await null
    emit(warning('b'))
    return result
  })
  const seen: RunEvent[] = []
  for await (const event of run) seen.push(event)
  expect(seen).toEqual([warning('a'), warning('b')])
  expect(await run.result).toBe(result)
})

test('is not thenable', () => {
  expect('then' in startRun(async () => result)).toBe(false)
})

test('leaving the loop aborts', async () => {
  let signal: AbortSignal | undefined
  const run = startRun((emit, s) => {
    signal = s
    emit(warning('a'))
    return never()
  })
  for await (const _ of run) break
  expect(signal?.aborted).toBe(true)
  await expect(run.result).rejects.toMatchObject({ name: 'AbortError' })
})

test('abort rejects at once though the work never ends, and ends the loop with the reason', async () => {
  const run = startRun(never)
  const reason = new Error('enough')
  run.abort(reason)
  await expect(run.result).rejects.toBe(reason)
  await expect(async () => {
    for await (const _ of run);
  }).rejects.toBe(reason)
})

test('an outer signal aborts, before and during', async () => {
  await expect(startRun(never, AbortSignal.abort(new Error('before'))).result).rejects.toThrow('before')
  const controller = new AbortController()
  const run = startRun(never, controller.signal)
  controller.abort(new Error('during'))
  await expect(run.result).rejects.toThrow('during')
})

test('a failure reaches the loop and the result, and is no unhandled rejection when nobody looks', async () => {
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', listen)
  startRun(() => Promise.reject(new Error('unread')))
  const run = startRun(() => Promise.reject(new Error('read')))
  await expect(async () => {
    for await (const _ of run);
  }).rejects.toThrow('read')
  await expect(run.result).rejects.toThrow('read')
  await new Promise((resolve) => setTimeout(resolve, 10))
  process.off('unhandledRejection', listen)
  expect(unhandled).toEqual([])
})

test('whoever still reads hears nothing of what the work does after the abort', async () => {
  let goOn = () => {}
  const run = startRun(async (emit) => {
    emit(warning('before'))
    await new Promise<void>((resolve) => (goOn = resolve))
    emit(warning('after'))
    return result
  })
  await null
  run.abort(new Error('enough'))
  goOn()
  await new Promise((resolve) => setTimeout(resolve))
  const seen: RunEvent[] = []
  await expect(async () => {
    for await (const event of run) seen.push(event)
  }).rejects.toThrow('enough')
  expect(seen).toEqual([warning('before')])
})

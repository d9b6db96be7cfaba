import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { backoff, retryAfter } from './backoff'
import { Passing, repeated } from './repeated'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

/** Attempts that end as listed (the last again and again), and when each began. */
function scripted(ends: readonly (Error | 'advanced' | 'done')[]) {
  const begun: number[] = []
  const start = Date.now()
  const attempt = async (advanced: () => void) => {
    begun.push(Date.now() - start)
    const end = ends[Math.min(begun.length, ends.length) - 1]
    if (end === 'done') return 'done'
    if (end === 'advanced') advanced()
    throw end === 'advanced' ? new Passing(new Error('broke off')) : end
  }
  return { begun, attempt }
}

async function outcome(work: Promise<unknown>) {
  const settled = work.catch((error) => error)
  await vi.runAllTimersAsync()
  return settled
}

describe('what fails', () => {
  const lost = new Error('lost')

  test('in a way that may pass is tried again within bounds, then is thrown as what it was', async () => {
    const { begun, attempt } = scripted([new Passing(lost)])
    expect(await outcome(repeated(attempt, { retries: 3 }))).toBe(lost)
    expect(begun).toHaveLength(4)
    expect(begun[3]).toBeLessThanOrEqual(1750) // at most 250, 500 and 1000 ms between them
  })

  test('for good is not', async () => {
    const { begun, attempt } = scripted([lost])
    expect(await outcome(repeated(attempt, {}))).toBe(lost)
    expect(begun).toHaveLength(1)
  })

  test('waits as long as the other side asks, if that is not for hours', async () => {
    const { begun, attempt } = scripted([new Passing(lost, 7000), new Passing(lost, 2000), 'done'])
    expect(await outcome(repeated(attempt, {}))).toBe('done')
    expect(begun).toEqual([0, 7000, 9000])
    const hours = scripted([new Passing(lost, 3_600_000)])
    expect(await outcome(repeated(hours.attempt, {}))).toBe(lost)
    expect(hours.begun).toHaveLength(1)
  })

  test('after it got further does not count', async () => {
    const { begun, attempt } = scripted([...Array<'advanced'>(9).fill('advanced'), 'done'])
    expect(await outcome(repeated(attempt, { retries: 2 }))).toBe('done')
    expect(begun).toHaveLength(10)
  })

  test('is not tried again once the caller has had enough', async () => {
    const controller = new AbortController()
    const { begun, attempt } = scripted([new Passing(lost, 60_000)])
    setTimeout(() => controller.abort(new Error('stop')), 1000)
    expect(await outcome(repeated(attempt, { signal: controller.signal }))).toMatchObject({ message: 'stop' })
    expect(begun).toHaveLength(1)
  })
})

describe('pauses', () => {
  test('are drawn evenly up to a bound that doubles', () => {
    expect([0, 1, 2, 9].map((attempt) => backoff(attempt, {}, () => 1))).toEqual([250, 500, 1000, 10_000])
    expect(backoff(3, {}, () => 0)).toBe(0)
    expect(backoff(1, { firstPause: 10, longestPause: 15 }, () => 1)).toBe(15)
  })

  test('that are asked for come as seconds or as a date', () => {
    const now = Date.parse('2026-01-01T00:00:00Z')
    expect(retryAfter('3', now)).toBe(3000)
    expect(retryAfter('Thu, 01 Jan 2026 00:00:30 GMT', now)).toBe(30_000)
    expect(retryAfter('Wed, 31 Dec 2025 00:00:00 GMT', now)).toBe(0)
    expect(retryAfter('soon', now)).toBeUndefined()
    expect(retryAfter(null, now)).toBeUndefined()
  })
})

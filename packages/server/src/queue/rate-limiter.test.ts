import { expect, test } from 'vitest'
import { rateLimiter } from './rate-limiter'

test('of each principal so many begin within any minute, and the refusal says how long to wait', () => {
  let now = 1000
  const rates = rateLimiter('jobs', () => now)
  const refusal = (name: string, most: number | undefined) => {
    try {
      rates.take(name, most)
      return undefined
    } catch (error) {
      return error
    }
  }
  expect(refusal('ada', 2)).toBeUndefined()
  now += 10_000
  expect(refusal('ada', 2)).toBeUndefined()
  now += 1
  expect(refusal('ada', 2)).toMatchObject({ code: 'rate-limited', retryAfter: 50 })
  expect(refusal('bob', 2)).toBeUndefined()
  expect(refusal('cyd', undefined)).toBeUndefined()
  now += 49_999
  expect(refusal('ada', 2)).toBeUndefined()
  expect(refusal('ada', 2)).toMatchObject({ retryAfter: 10 })
  // A bound that was lowered meanwhile: both must have gone.
  expect(refusal('ada', 1)).toMatchObject({ retryAfter: 60 })
})

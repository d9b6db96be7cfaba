import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NegError } from '../errors/neg-error'
import { deriveSeed, parseSeed } from './seed'
import { torchGenerator } from './torch-generator'

describe('parseSeed', () => {
  it('takes every 64-bit number as text', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (n) => parseSeed(`${n}`) === n))
  })

  it('takes negative seeds in two’s complement, as torch does', () => {
    expect(parseSeed('-1')).toBe(2n ** 64n - 1n)
    expect(parseSeed(-(2n ** 63n))).toBe(2n ** 63n)
  })

  it.each([
    '',
    'abc',
    '1.5',
    '1e3',
    '0x10',
    '18446744073709551616',
    -(2n ** 63n) - 1n,
    1.5,
    Number.NaN,
    2 ** 60,
    '1 2',
  ])('refuses %s', (seed) => {
    const error = (() => {
      try {
        parseSeed(seed)
      } catch (thrown) {
        return thrown
      }
    })()
    expect(NegError.isInstance(error) && error.code).toBe('seed-invalid')
  })
})

describe('deriveSeed', () => {
  it('is the same on every machine', () => {
    expect(deriveSeed(0, 'guidance').toString()).toMatchInlineSnapshot(`"3252523386369451517"`)
    expect(deriveSeed('18446744073709551615', 'é').toString()).toMatchInlineSnapshot(`"6485202667121747065"`)
  })

  it('gives streams that do not meet for other labels or other seeds', () => {
    const seeds = new Set<bigint>()
    for (let seed = 0; seed < 50; seed++)
      for (const label of ['', 'a', 'b', 'ab', 'ba']) seeds.add(deriveSeed(seed, label))
    expect(seeds.size).toBe(250)
  })

  it('is uncorrelated with the seed’s own stream', () => {
    const count = 20_000
    const own = torchGenerator(42).randn(count)
    const derived = torchGenerator(deriveSeed(42, 'guidance')).randn(count)
    const correlation = own.reduce((sum, v, i) => sum + v * derived[i], 0) / count
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(count))
  })
})

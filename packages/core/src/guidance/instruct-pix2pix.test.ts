import { describe, expect, it } from 'vitest'
import { draws, fakeRun, farthest } from './fake-step.test-helper'
import { resolveGuidance } from './resolve'

const names = ['y', 'u', 'n', 'u without image', 'n without image']
const predictions = Object.fromEntries(names.map((name, seed) => [name, draws(8, seed + 1)]))
const { y, u, n, 'u without image': bareU, 'n without image': bareN } = predictions
const run = (options = {}) => fakeRun(resolveGuidance({ name: 'instruct-pix2pix', options }).guidance, [2, 2, 2])
const sum = (f: (i: number) => number) => y.map((_, i) => f(i))

describe('instruct-pix2pix', () => {
  it('is the paper’s form without negatives', async () => {
    const { values, rows } = await run({ imageScale: 1.6 })({ predictions, scale: 7 })
    const expected = sum((i) => bareU[i] + 1.6 * (u[i] - bareU[i]) + 7 * (y[i] - u[i]))
    expect(farthest(values, expected)).toBeLessThan(1e-5)
    expect(rows).toBe(3)
  })

  it('has one negative of the usual strength in place of nothing, as diffusers', async () => {
    const { values, rows } = await run({ imageScale: 1.6 })({ predictions, scale: 7, negatives: ['n'] })
    const expected = sum((i) => bareN[i] + 1.6 * (n[i] - bareN[i]) + 7 * (y[i] - n[i]))
    expect(farthest(values, expected)).toBeLessThan(1e-5)
    expect(rows).toBe(3)
  })

  it('takes negatives of any strength, by the base that guidance pushes away from', async () => {
    const { values, rows } = await run({ imageScale: 2 })({ predictions, scale: 5, negatives: [['n', 1]] })
    const text = (i: number) => u[i] + 5 * (y[i] - u[i]) - (n[i] - u[i])
    const expected = sum((i) => text(i) + 0.75 * (u[i] - bareU[i]) + 0.25 * (n[i] - bareN[i]))
    expect(farthest(values, expected)).toBeLessThan(1e-5)
    expect(rows).toBe(5)
  })

  it('is the general form at imageScale 1', async () => {
    const general = fakeRun(resolveGuidance({ name: 'general' }).guidance, [2, 2, 2])
    const given = { predictions, scale: 4, negatives: ['n'] }
    expect(await run({ imageScale: 1 })(given)).toMatchObject({ values: (await general(given)).values, rows: 2 })
  })
})

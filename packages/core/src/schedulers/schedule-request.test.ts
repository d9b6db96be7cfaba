import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NegError } from '../errors/neg-error'
import { atMostTrained, firstStep, readRequest, trainedTimesteps } from './schedule-request'

const codeOf = (action: () => unknown): string => {
  try {
    action()
  } catch (error) {
    if (NegError.isInstance(error)) return error.code
    throw error
  }
  return 'accepted'
}
const latentShape = [4, 8, 8]
const all = ['timesteps', 'sigmas'] as const

describe('readRequest', () => {
  it('takes exactly one of steps, timesteps and sigmas', () => {
    expect(readRequest('X', { steps: 4, latentShape }, all)).toEqual({ kind: 'steps', steps: 4 })
    expect(readRequest('X', { timesteps: [9, 1], latentShape }, all)).toEqual({ kind: 'timesteps', timesteps: [9, 1] })
    expect(codeOf(() => readRequest('X', { latentShape }, all))).toBe('schedule-invalid')
    expect(codeOf(() => readRequest('X', { steps: 2, sigmas: [2, 1], latentShape }, all))).toBe('schedule-invalid')
  })

  it.each([
    { steps: 0 },
    { steps: 1.5 },
    { steps: Number.NaN },
    { timesteps: [] },
    { timesteps: [1, 2] },
    { timesteps: [5, 5] },
    { sigmas: [1, Number.NaN] },
    { sigmas: [1, -1] },
  ])('refuses %j', (request) => {
    expect(codeOf(() => readRequest('X', { ...request, latentShape }, all))).toBe('schedule-invalid')
  })

  it('refuses by name what a scheduler does not take', () => {
    expect(() => readRequest('PNDMScheduler', { timesteps: [2, 1], latentShape })).toThrow(
      /PNDMScheduler takes no timesteps/,
    )
  })

  it('holds timesteps to the training schedule', () => {
    expect(trainedTimesteps([999, 0], 1000)).toEqual([999, 0])
    for (const t of [1000, -1, 1.5]) expect(codeOf(() => trainedTimesteps([t], 1000))).toBe('schedule-invalid')
  })
})

it('takes as many steps as there are trained timesteps, and no more', () => {
  expect(atMostTrained(1000, 1000)).toBe(1000)
  expect(codeOf(() => atMostTrained(1001, 1000))).toBe('schedule-invalid')
})

describe('firstStep', () => {
  it('leaves the last ⌊N·strength⌋ steps, the whole schedule at 1', () => {
    expect([firstStep(20), firstStep(20, 1), firstStep(20, 0.6), firstStep(10, 0.33), firstStep(7, 0.99)]).toEqual([
      0, 0, 8, 7, 1,
    ])
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }), (steps, strength) => {
        const run = Math.min(Math.floor(steps * strength), steps)
        return run === 0
          ? codeOf(() => firstStep(steps, strength)) === 'schedule-invalid'
          : firstStep(steps, strength) === steps - run
      }),
      { seed: 6 },
    )
  })

  it.each([0, -0.1, 1.1, Number.NaN])('refuses a strength of %d', (strength) => {
    expect(codeOf(() => firstStep(20, strength))).toBe('schedule-invalid')
  })
})

import { expect, test } from 'vitest'
import { prepareRun } from './prepare-run'
import { toyModel } from './toy-model.test-helper'
import { positionOf } from './view'

const planOf = (scheduler: { name: string; config: Record<string, number | boolean> }, steps = 4) => {
  const info = { scheduler: { name: scheduler.name, config: scheduler.config } }
  return prepareRun(toyModel({ info }), { prompt: 'a', steps }).plan
}
const ddim = { name: 'DDIMScheduler', config: { num_train_timesteps: 1000 } }
const flow = { name: 'FlowMatchEulerDiscreteScheduler', config: { num_train_timesteps: 1000 } }
const edm = { name: 'EDMEulerScheduler', config: {} }

test('a position’s sigma is σ/α, of flow models σ', () => {
  const plans = [ddim, flow, edm].map((one) => planOf(one))
  for (const [i, plan] of plans.entries()) {
    for (const [call, { level }] of plan.schedule.calls.entries()) {
      const expected = i === 1 ? level.sigma : level.sigma / level.alpha
      expect(positionOf(plan, call).sigma).toBe(expected)
    }
  }
  // Pure noise is σ = 1 there; its ratio to α is infinite.
  expect(positionOf(plans[1], 0).sigma).toBe(1)
})

test('progress by timesteps is 1 − t/T, of EDM’s networks the share of the steps', () => {
  const [plan, other] = [planOf(ddim), planOf(edm)]
  expect(plan.schedule.calls.map((_, call) => positionOf(plan, call).timestepProgress)).toEqual(
    plan.schedule.calls.map(({ level }) => 1 - level.t / 1000),
  )
  expect(other.schedule.calls.map((_, call) => positionOf(other, call).timestepProgress)).toEqual([0, 0.25, 0.5, 0.75])
})

test('all evaluations of a step stand at one timestep', () => {
  const plan = planOf({ name: 'HeunDiscreteScheduler', config: {} })
  const positions = plan.schedule.calls.map((_, call) => positionOf(plan, call))
  expect(positions.length).toBeGreaterThan(4)
  for (const { step, timestepProgress } of positions) {
    const first = plan.schedule.calls.find((call) => call.step === step)
    expect(timestepProgress).toBe(1 - (first?.level.t ?? 0) / 1000)
  }
})

import { expect, test } from 'vitest'
import { checkRecipe } from './check-recipe'
import { prepareRun } from './prepare-run'
import { toyModel } from './toy-model.test-helper'

const withScheduler = (name: string, config: Record<string, number | string>) => ({
  prompt: 'x',
  scheduler: { name, config },
})

test.each([
  [withScheduler('nope', {}), 'scheduler-unknown'],
  [withScheduler('ddim', { solver_order: 2 }), 'scheduler-option-unknown'],
  [withScheduler('ddim', { eta: 'much' }), 'scheduler-option-invalid'],
  [{ prompt: 'x', width: 130 }, 'size-invalid'],
  [{ prompt: 'x', seed: 'abc' }, 'seed-invalid'],
  [{ prompt: 'x', guidance: 'nope' }, 'guidance-unknown'],
])('%j is refused without a model', (input, code) => {
  expect(() => checkRecipe(input)).toThrow(expect.objectContaining({ code }))
})

test('options that only hold beside the model’s own are left to the run, which has them', () => {
  const input = withScheduler('dpmsolver++', { algorithm_type: 'dpmsolver' })
  expect(() => checkRecipe(input)).not.toThrow()
  expect(() => prepareRun(toyModel(), input)).toThrow(expect.objectContaining({ code: 'scheduler-option-invalid' }))
  const scheduler = { name: 'DPMSolverMultistepScheduler', config: { final_sigmas_type: 'sigma_min' } }
  expect(prepareRun(toyModel({ info: { scheduler } }), input).plan.scheduler.config).toMatchObject({
    algorithm_type: 'dpmsolver',
  })
})

import { describe, expect, it, test } from 'vitest'
import { type FolderNames, fewStepDefaults, modelName } from './few-step-kind'

test.each([
  ['stabilityai/sd-turbo', 'sd-turbo'],
  ['cache/hub/models--stabilityai--SDXL-Turbo/snapshots/f4b0486b498f84668e828044de1d0c8ba486e05b/unet', 'sdxl-turbo'],
  ['turbo/stable-diffusion-v1-5/unet', 'stable-diffusion-v1-5'],
  ['C:\\models\\LCM_Dreamshaper_v7\\', 'lcm_dreamshaper_v7'],
  ['', ''],
])('the model of %s is %s', (path, name) => {
  expect(modelName(path)).toBe(name)
})

const euler = (config: FolderNames['scheduler']['config'] = {}) => ({ name: 'EulerDiscreteScheduler', config })
const of = (name: string, scheduler: FolderNames['scheduler'] = euler({ timestep_spacing: 'leading' })) =>
  fewStepDefaults({ names: [name], scheduler })

describe('a model distilled to few steps', () => {
  it('is known for sure by a scheduler that nothing else uses', () => {
    for (const name of ['LCMScheduler', 'TCDScheduler']) {
      expect(of('m', { name, config: {} })).toEqual({ scale: 1, steps: 4 })
    }
  })

  it('is guessed from Euler’s scheduler with trailing timesteps, and said to be', () => {
    for (const name of ['EulerDiscreteScheduler', 'EulerAncestralDiscreteScheduler']) {
      const config = { timestep_spacing: 'trailing', prediction_type: 'epsilon' }
      expect(of('model-onnx', { name, config })).toMatchObject({
        scale: 1,
        steps: 4,
        assumed: { settings: ['scale', 'steps'], because: expect.stringContaining('trailing') },
      })
    }
  })

  it.each([
    ['sd-turbo', undefined],
    ['dreamshaper-xl-turbo', undefined],
    ['sdxl-lightning', { name: 'EulerDiscreteScheduler', config: { timestep_spacing: 'trailing' } }],
    ['Hyper-SD', { name: 'DDIMScheduler', config: { timestep_spacing: 'trailing' } }],
    ['Hyper-SDXL', { name: 'DDIMScheduler', config: { timestep_spacing: 'trailing' } }],
    ['lcm-lora-sdv1-5-merged', { name: 'LCMScheduler', config: {} }],
  ])('is guessed from the name %s, with the scheduler that it needs', (name, scheduler) => {
    const found = of(name)
    expect(found).toMatchObject({ scale: 1, steps: 4 })
    expect(found?.scheduler).toEqual(scheduler)
    expect(found?.assumed?.settings).toEqual(scheduler ? ['scale', 'steps', 'scheduler'] : ['scale', 'steps'])
    expect(found?.assumed?.because).toContain(`'${name.toLowerCase()}'`)
  })

  it('keeps a folder’s own scheduler that fits, and takes as many steps as the name says', () => {
    const found = of('sdxl_lightning_8step_unet', euler({ timestep_spacing: 'trailing' }))
    expect(found).toMatchObject({ scale: 1, steps: 8 })
    expect(found?.scheduler).toBeUndefined()
    expect(of('sdxl-lightning-2steps')?.steps).toBe(2)
    expect(of('sdxl-lightning-1000steps')?.steps).toBe(4)
    const names = ['my-folder', 'ByteDance/SDXL-Lightning-2step']
    expect(fewStepDefaults({ names, scheduler: euler() })).toMatchObject({ steps: 2 })
  })

  it.each<[string, FolderNames['scheduler']]>([
    ['stable-diffusion-v1-5', { name: 'PNDMScheduler', config: {} }],
    ['sdxl-base', euler({ timestep_spacing: 'leading' })],
    ['zero-snr', euler({ timestep_spacing: 'trailing', rescale_betas_zero_snr: true })],
    ['v-model', euler({ timestep_spacing: 'trailing', prediction_type: 'v_prediction' })],
    ['ddim-trailing', { name: 'DDIMScheduler', config: { timestep_spacing: 'trailing' } }],
    ['hyperreal', euler()],
    ['turbodiffusion', euler()],
    ['Hyper-SDXL-8steps-CFG', euler()],
  ])('is not %s', (name, scheduler) => {
    expect(of(name, scheduler)).toBeUndefined()
  })
})

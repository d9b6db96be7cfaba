import { generate, recipeDefaults } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { cpu } from '../../test/local-model'
import { overlayFiles } from '../../test/overlay-files'
import type { ModelFiles } from '../files/model-files'
import { createOnnxModel } from '../model/create-onnx-model'
import { localSessions } from '../session/local-sessions'
import { describeFolder } from './describe-folder'
import { modelFileList } from './model-file-list'

const tiny = diskFiles('fixtures/layouts/tiny-sd15')
const open = async (files: ModelFiles) =>
  createOnnxModel({ files, sessions: await localSessions({ files, runtime: cpu }) })
const withFile = (content: unknown, more: Record<string, string> = {}, base = tiny) =>
  overlayFiles(base, { 'neg.json': typeof content === 'string' ? content : JSON.stringify(content), ...more })
const turbo = {
  'scheduler/scheduler_config.json': JSON.stringify({
    _class_name: 'EulerDiscreteScheduler',
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
    timestep_spacing: 'trailing',
    prediction_type: 'epsilon',
  }),
}

describe('neg.json of a folder', () => {
  it('fills recipes, is fetched with the model, and is no part of what the model is', async () => {
    const recommended = { guidance: 'negative-prompt', scale: 3, steps: 2, scheduler: 'ddim', width: 64, height: 64 }
    const [plain, model] = [await open(tiny), await open(withFile(recommended))]
    expect(plain.info.recommended).toBeUndefined()
    expect(model.info.digest).toBe(plain.info.digest)
    const { record, latents } = await generate(model, { prompt: 'a man', negatives: ['hat'], seed: 1 }).result
    expect(record.recipe).toMatchObject({
      guidance: { name: 'negative-prompt' },
      scale: 3,
      steps: 2,
      scheduler: { name: 'DDIMScheduler' },
      width: 64,
      height: 64,
    })
    expect((await generate(plain, record.recipe).result).latents).toEqual(latents)
    const present = await withFile(recommended).list()
    expect(modelFileList('m', present).configs).toContain('neg.json')
    await plain.dispose()
    await model.dispose()
  })

  it.each([
    ['{', /neg\.json of tiny-sd15 is not JSON/],
    [{ steps: '20' }, /neg\.json of tiny-sd15 is refused\. steps: /],
    [{ width: 65 }, /width: expected a multiple of 16; got 65/],
    [{ guidance: { name: 'apg', options: { etta: 1 } } }, /guidance: .*etta/],
  ])('is refused where it is wrong: %j', async (content, message) => {
    const error = { code: 'model-file-malformed', message: expect.stringMatching(message) }
    await expect(open(withFile(content))).rejects.toMatchObject(error)
    await expect(describeFolder(withFile(content))).rejects.toMatchObject(error)
  })

  it('comes before what is known of the kind of model', async () => {
    const assumed = await describeFolder(overlayFiles(tiny, turbo))
    expect(recipeDefaults(assumed)).toMatchObject({ scale: 1, steps: 4 })
    expect(assumed.recommended?.assumed?.settings).toEqual(['scale', 'steps'])
    const half = await describeFolder(withFile({ steps: 1 }, turbo))
    expect(half.recommended).toMatchObject({ scale: 1, steps: 1, assumed: { settings: ['scale'] } })
    const said = await describeFolder(withFile({ scale: 1.5, steps: 2 }, turbo))
    expect(said.recommended).toEqual({ scale: 1.5, steps: 2 })
  })

  it('is not needed: folders without one keep the defaults they had', async () => {
    for (const [name, scale, steps] of [
      ['tiny-sd15', 5, 20],
      ['tiny-sd2-v', 5, 20],
      ['tiny-sdxl', 5, 20],
      ['tiny-lcm', 8.5, 4],
    ] as const) {
      const files = diskFiles(`fixtures/layouts/${name}`)
      const [described, model] = [await describeFolder(files), await open(files)]
      expect(described.recommended).toBeUndefined()
      expect(model.info).toMatchObject(described)
      expect(recipeDefaults(model.info)).toMatchObject({ guidance: { name: 'general' }, scale, steps })
      await model.dispose()
    }
  })

  it('is in the embedded model', async () => {
    const { recommended } = await describeFolder(diskFiles('packages/portraits/model'))
    expect(recommended?.examples?.map(({ negatives = [] }) => negatives.length > 0)).not.toContain(false)
    expect(Object.values(recommended?.knows ?? {}).flat()).toContain('eye patch')
    expect(recommended?.assumed).toBeUndefined()
  })
})

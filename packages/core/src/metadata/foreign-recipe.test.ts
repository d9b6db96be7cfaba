import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plan } from '../run/plan'
import { toyModel } from '../run/toy-model.test-helper'
import type { ForeignRecipe } from './foreign-reader'
import { foreignRecipe } from './foreign-recipe'

const read = (texts: Readonly<Record<string, string>>): ForeignRecipe => {
  const found = foreignRecipe(texts)
  if (!found) throw new Error('nothing was read')
  // What is read is a recipe.
  const { width: _, height: __, ...recipe } = found.recipe
  expect(() => plan({ prompt: '', ...recipe }, toyModel())).not.toThrow()
  return found
}
/** Notes without the first, which every picture has. */
const notes = ({ notes }: ForeignRecipe) => notes.slice(1)

describe('AUTOMATIC1111', () => {
  test('a picture of 1.10', () => {
    const found = read({
      parameters:
        'a (queen:1.2), BREAK\nred hat <lora:film:0.7>\nNegative prompt: glasses,\nblurry\nSteps: 25, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 6.5, ' +
        'Seed: 3517214455, Size: 512x768, Model hash: 6ce0161689, Model: v1-5-pruned-emaonly, Lora hashes: "film: 1234abcd", ' +
        'Clip skip: 2, Denoising strength: 0.5, Hires upscale: 2, Version: v1.10.1',
    })
    expect(found.tool).toBe('AUTOMATIC1111')
    expect(found.recipe).toEqual({
      prompt: 'a (queen:1.2), BREAK\nred hat <lora:film:0.7>',
      negatives: ['glasses,\nblurry'],
      syntax: 'a1111',
      longPrompts: 'chunk',
      steps: 25,
      scale: 6.5,
      seed: '3517214455',
      generator: 'cuda',
      width: 512,
      height: 768,
      scheduler: { name: 'DPMSolverMultistepScheduler', config: { use_karras_sigmas: true } },
    })
    expect(found.notes[0]).toContain('v1-5-pruned-emaonly')
    expect(notes(found)).toEqual([
      'Not understood, and left out: Clip skip: "2", Denoising strength: "0.5", Hires upscale: "2".',
    ])
  })

  test.each([
    ['Euler a', '', { name: 'EulerAncestralDiscreteScheduler', config: {} }],
    [
      'DPM++ 2M SDE Karras',
      '',
      { name: 'DPMSolverMultistepScheduler', config: { algorithm_type: 'sde-dpmsolver++', use_karras_sigmas: true } },
    ],
    [
      'DPM++ 2M',
      'Schedule type: Automatic, ',
      { name: 'DPMSolverMultistepScheduler', config: { use_karras_sigmas: true } },
    ],
    ['UniPC', 'Schedule type: Uniform, RNG: CPU, ', { name: 'UniPCMultistepScheduler', config: {} }],
    ['PLMS', '', { name: 'PNDMScheduler', config: { skip_prk_steps: true } }],
  ])('its sampler %s', (sampler, more, scheduler) => {
    const found = read({ parameters: `a\nSteps: 20, Sampler: ${sampler}, ${more}CFG scale: 7, Seed: 1, Size: 64x64` })
    expect(found.recipe.scheduler).toEqual(scheduler)
    expect(found.recipe.generator).toBe(more.includes('CPU') ? 'cpu' : 'cuda')
    expect(notes(found)).toEqual([])
  })

  test('what is not known of a sampler is said', () => {
    const found = read({ parameters: 'a\nSteps: 20, Sampler: Restart, CFG scale: 7, Seed: -1, Size: 64x64' })
    expect(found.recipe.scheduler).toBeUndefined()
    expect(notes(found)).toEqual([
      'Its seed is "-1", which is not taken.',
      "Its sampler Restart is not known here: the model's own scheduler is used.",
    ])
  })
})

test('ComfyUI: the graph of its default workflow, with what leads to its sampler', () => {
  const graph = {
    '3': {
      class_type: 'KSampler',
      inputs: {
        seed: '@seed',
        steps: 20,
        cfg: 8.0,
        sampler_name: 'euler_ancestral',
        scheduler: 'normal',
        denoise: 1.0,
        model: ['10', 0],
        positive: ['6', 0],
        negative: ['7', 0],
        latent_image: ['5', 0],
      },
      is_changed: ['NAN'],
    },
    '4': { class_type: 'CheckpointLoaderSimple', inputs: { ckpt_name: 'v1-5.safetensors' } },
    '5': { class_type: 'EmptyLatentImage', inputs: { width: 512, height: 640, batch_size: 1 } },
    '6': { class_type: 'CLIPTextEncode', inputs: { text: ['11', 0], clip: ['4', 1] } },
    '7': { class_type: 'ConditioningCombine', inputs: { conditioning_1: ['8', 0], conditioning_2: ['8', 0] } },
    '8': { class_type: 'CLIPTextEncode', inputs: { text: 'text, watermark', clip: ['4', 1] } },
    '10': { class_type: 'LoraLoader', inputs: { lora_name: 'film.safetensors', model: ['4', 0] } },
    '11': { class_type: 'PrimitiveString', inputs: { value: 'a (queen:1.2)' } },
    '12': { class_type: 'KSampler', inputs: { seed: 1, steps: 5, denoise: 0.5, latent_image: ['3', 0] } },
  }
  const found = read({
    prompt: JSON.stringify(graph).replace('"NAN"', 'NaN').replace('"@seed"', '18446744073709551557'),
    workflow: '{}',
  })
  expect(found.tool).toBe('ComfyUI')
  expect(found.recipe).toEqual({
    prompt: 'a (queen:1.2)',
    negatives: ['text, watermark'],
    syntax: 'a1111',
    longPrompts: 'chunk',
    steps: 20,
    scale: 8,
    seed: '18446744073709551557',
    generator: 'cpu',
    width: 512,
    height: 640,
    scheduler: { name: 'EulerAncestralDiscreteScheduler', config: {} },
  })
  expect(notes(found)).toEqual([
    'Not understood, and left out: LoraLoader film.safetensors, ConditioningCombine, 1 more KSampler.',
  ])
  expect(notes(read({ prompt: JSON.stringify({ '1': graph['4'] }) }))[0]).toContain('names no prompt')
})

test('InvokeAI', () => {
  const found = read({
    invokeai_metadata:
      '{"app_version": "4.2.7", "generation_mode": "txt2img", "positive_prompt": "a queen++", "negative_prompt": "glasses", "width": 768, ' +
      '"height": 512, "seed": 356120443, "rand_device": "cpu", "cfg_scale": 7.5, "cfg_rescale_multiplier": 0.7, "steps": 50, ' +
      '"scheduler": "dpmpp_2m_k", "clip_skip": 0, "model": {"key": "x", "hash": "y", "name": "dreamshaper", "base": "sd-1", "type": "main"}, ' +
      '"controlnets": [], "loras": [{"model": {"name": "film"}, "weight": 0.7}]}',
    invokeai_graph: '{}',
  })
  expect(found.recipe).toMatchObject({
    prompt: 'a queen++',
    negatives: ['glasses'],
    width: 768,
    height: 512,
    seed: '356120443',
    generator: 'cpu',
    scale: 7.5,
    steps: 50,
    guidance: { name: 'rescale', options: { phi: 0.7 } },
    scheduler: { name: 'DPMSolverMultistepScheduler', config: { use_karras_sigmas: true } },
  })
  expect(found.recipe.syntax).toBeUndefined()
  expect(notes(found)).toEqual([expect.stringContaining('compel'), expect.stringMatching(/left out: loras: /)])
})

describe('Fooocus', () => {
  const fields = {
    adm_guidance: '(1.5, 0.8, 0.3)',
    base_model: 'juggernautXL_v8Rundiffusion',
    base_model_hash: 'aeb7e9e689',
    full_negative_prompt: ['glasses', 'blurry'],
    full_prompt: ['cinematic still a queen', 'detailed'],
    guidance_scale: 4,
    loras: [],
    metadata_scheme: 'fooocus',
    negative_prompt: 'glasses',
    performance: 'Speed',
    prompt: 'a queen',
    resolution: '(1152, 896)',
    sampler: 'dpmpp_2m_sde_gpu',
    scheduler: 'karras',
    seed: '5082733498721212468',
    sharpness: 2,
    steps: 30,
    styles: "['Fooocus V2']",
    version: 'Fooocus v2.5.5',
  }

  test('its own scheme', () => {
    const found = read({ parameters: JSON.stringify(fields), fooocus_scheme: 'fooocus' })
    expect(found.recipe).toMatchObject({
      prompt: 'cinematic still a queen, detailed',
      negatives: ['glasses, blurry'],
      width: 1152,
      height: 896,
      seed: '5082733498721212468',
      scale: 4,
      steps: 30,
      scheduler: { config: { algorithm_type: 'sde-dpmsolver++', use_karras_sigmas: true } },
    })
    expect(notes(found)).toEqual([expect.stringContaining('adm_guidance: "(1.5, 0.8, 0.3)", sharpness: 2')])
  })

  test('the scheme a1111', () => {
    const text =
      'a queen, detailed\nNegative prompt: glasses\nSteps: 30, Sampler: DPM++ 2M SDE Karras, Seed: 12, Size: 1152x896, CFG scale: 4, ' +
      'Sharpness: 2, ADM Guidance: "(1.5, 0.8, 0.3)", Model: juggernaut, Model hash: ab, Performance: Speed, Version: Fooocus v2.5.5'
    const found = read({ parameters: text, fooocus_scheme: 'a1111' })
    expect([found.tool, found.recipe.scale, found.recipe.seed]).toEqual(['Fooocus', 4, '12'])
  })
})

test('NovelAI, with captions of version 4', () => {
  const comment = {
    prompt: 'a queen, {hat}',
    steps: 28,
    height: 1216,
    width: 832,
    scale: 5,
    cfg_rescale: 0,
    seed: 2291204861,
    sampler: 'k_euler_ancestral',
    noise_schedule: 'native',
    uc: 'glasses',
    sm: true,
    v4_prompt: { caption: { base_caption: 'a queen, {hat}', char_captions: [{ char_caption: 'girl' }] } },
  }
  const found = read({
    Title: 'NovelAI generated image',
    Description: 'a queen, {hat}',
    Software: 'NovelAI',
    Source: 'NovelAI Diffusion V4 37442FCA',
    Comment: JSON.stringify(comment),
  })
  expect(found.recipe).toMatchObject({
    prompt: 'a queen, {hat}, girl',
    negatives: ['glasses'],
    steps: 28,
    width: 832,
    height: 1216,
    scheduler: { name: 'EulerAncestralDiscreteScheduler' },
  })
  expect(notes(found)).toEqual([expect.stringContaining('{x}'), 'Not understood, and left out: sm: true.'])
})

test('SwarmUI', () => {
  const params = {
    prompt: 'a queen',
    model: 'OfficialStableDiffusion/sd_xl_base_1.0',
    seed: 305223794,
    steps: 25,
    cfgscale: 7.0,
    aspectratio: '1:1',
    width: 1024,
    height: 1024,
    sampler: 'dpmpp_2m',
    scheduler: 'align_your_steps',
    negativeprompt: 'glasses',
    swarm_version: '0.9.1.1',
    refinerupscale: 1.5,
  }
  const found = read({
    parameters: JSON.stringify({ sui_image_params: params, sui_extra_data: { date: '2024-08-07' } }),
  })
  expect([found.tool, found.recipe.seed, found.recipe.negatives]).toEqual(['SwarmUI', '305223794', ['glasses']])
  expect(notes(found)).toEqual([
    expect.stringContaining('align_your_steps'),
    'Not understood, and left out: refinerupscale: 1.5.',
  ])
})

test('texts of nobody are no recipe', () => {
  const nobodys: Readonly<Record<string, string>>[] = [
    {},
    { Software: 'GIMP' },
    { parameters: 'a picture of mine' },
    { prompt: 'a queen' },
    { Comment: '{}' },
  ]
  for (const texts of nobodys) {
    expect(foreignRecipe(texts)).toBeUndefined()
  }
})

test('whatever a text holds: a recipe, or none', () => {
  const keys = ['parameters', 'prompt', 'invokeai_metadata', 'Comment', 'Software', 'fooocus_scheme']
  const value = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('NovelAI', 'fooocus', 'a1111'),
    fc
      .record({
        sui_image_params: fc.dictionary(
          fc.constantFrom('prompt', 'seed', 'steps', 'sampler', 'scheduler'),
          fc.jsonValue(),
        ),
      })
      .map((x) => JSON.stringify(x)),
    fc
      .dictionary(
        fc.string(),
        fc.record({
          class_type: fc.constant('KSampler'),
          inputs: fc.dictionary(fc.constantFrom('positive', 'seed', 'steps', 'latent_image'), fc.jsonValue()),
        }),
      )
      .map((x) => JSON.stringify(x)),
  )
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...keys), value), (texts) => {
      const found = foreignRecipe(texts)
      if (found) expect(typeof found.recipe.prompt).toBe('string')
    }),
    { numRuns: 1000 },
  )
})

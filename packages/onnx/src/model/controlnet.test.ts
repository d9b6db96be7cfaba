import { readFileSync } from 'node:fs'
import { type DiffusionModel, generate, plan, type RecipeInput } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { changedGraph, fixAxis } from '../../test/changed-graph'
import { diskFiles } from '../../test/disk-files'
import { cpu, localModel } from '../../test/local-model'
import { overlayFiles } from '../../test/overlay-files'
import { recordedPicture } from '../../test/pictures'
import type { ModelFiles } from '../files/model-files'
import { withControlNets } from '../folder/control-files'
import { localSessions } from '../session/local-sessions'
import { createOnnxModel, type OnnxModelOptions } from './create-onnx-model'

interface Case {
  readonly model: string
  readonly steps: number
  readonly scale: number
  readonly width: number
  readonly height: number
  readonly negative: string | null
  readonly control: readonly (readonly [name: string, strength: number, start: number, end: number])[]
  readonly strength?: number
  readonly scheduler?: string
  readonly seed: number
  /** The first latents, and the largest of all. */
  readonly first: readonly number[]
  readonly largest: number
}

const { cases } = JSON.parse(readFileSync('fixtures/layouts/controlnet.json', 'utf8')) as { cases: Case[] }
const recorded = diskFiles('fixtures/layouts/controlnet')
const graphOf = (name: string): Uint8Array => new Uint8Array(readFileSync(`fixtures/layouts/controlnet/${name}.onnx`))
const nets = { 'tiny-sd15': ['first', 'second'], 'tiny-sdxl': ['sdxl'] } as Readonly<Record<string, readonly string[]>>

/** A layout whose UNet takes what ControlNets add. */
const led = (name: string, unet = graphOf(`${name}-unet`)): ModelFiles =>
  overlayFiles(diskFiles(`fixtures/layouts/${name}`), { 'unet/model.onnx': unet })

async function opened(files: ModelFiles, names: readonly string[], options: Partial<OnnxModelOptions> = {}) {
  const whole = await withControlNets(
    files,
    Object.fromEntries(names.map((name) => [name, { files: recorded, graph: `${name}.onnx` }])),
  )
  const sessions = await localSessions({ files: whole, runtime: cpu })
  return createOnnxModel({ files: whole, sessions, controlnets: names, ...options })
}

const [colours, turned] = ['a'.repeat(64), 'b'.repeat(64)]
const picture = (name: string) => (name === 'second' ? turned : colours)

function imagesOf(width: number, height: number) {
  const image = recordedPicture(width, height)
  const data = image.data.map((value, i) => (i % 4 === 3 ? value : image.data[4 * Math.floor(i / 4) + 2 - (i % 4)]))
  return { [colours]: image, [turned]: { ...image, data } }
}

const recipeOf = ({
  steps,
  scale,
  width,
  height,
  seed,
  negative,
  control,
  strength,
  scheduler,
}: Case): RecipeInput => ({
  prompt: 'a man with glasses',
  negatives: negative === null ? [] : [negative],
  ...{ steps, scale, width, height, seed },
  ...(scheduler ? { scheduler } : {}),
  ...(strength === undefined ? {} : { image: { sha256: colours, strength } }),
  control: control.map(([controlnet, factor, from, to]) => ({
    sha256: picture(controlnet),
    controlnet,
    strength: factor,
    window: { from, to },
  })),
})

const run = (model: DiffusionModel, recipe: RecipeInput) =>
  generate(model, recipe, { images: imagesOf(recipe.width ?? 64, recipe.height ?? 64), decode: false }).result
const latentsOf = async (model: DiffusionModel, recipe: RecipeInput) => (await run(model, recipe)).latents.data

const off = ({ first, largest }: Case, latents: Float32Array) =>
  Math.max(...first.map((value, i) => Math.abs(value - latents[i]))) / largest

const plain: RecipeInput = { prompt: 'a dog', negatives: ['a cat'], steps: 2, seed: 3, width: 64, height: 64 }
const first = { sha256: colours, controlnet: 'first' }

describe('diffusers’ latents', () => {
  it.each(cases.map((one, i) => ({ ...one, i, one })))(
    '$i $model, $steps steps, $control, strength $strength, $scheduler',
    async ({ one }) => {
      const model = await opened(led(one.model), nets[one.model])
      expect(off(one, await latentsOf(model, recipeOf(one)))).toBeLessThan(1e-4)
      await model.dispose()
    },
  )

  it('with memory for one stage, row by row; with rows of several pictures in a call; however attention is computed', async () => {
    const [, , , one] = cases
    for (const options of [
      { memory: 'low' },
      { mixPictures: true },
      { attention: 'exported' },
      { attention: 'sliced' },
    ] as const) {
      const model = await opened(led(one.model), nets[one.model], options)
      expect(off(one, await latentsOf(model, recipeOf(one)))).toBeLessThan(1e-4)
      await model.dispose()
    }
  })
})

describe('a UNet that takes what ControlNets add', () => {
  it('draws without one what the plain export draws', async () => {
    const [own, usual] = [await opened(led('tiny-sd15'), []), await localModel('fixtures/layouts/tiny-sd15')]
    const [a, b] = [await latentsOf(own, plain), await latentsOf(usual, plain)]
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i])))).toBeLessThan(1e-4 * Math.max(...b.map(Math.abs)))
    expect(own.info.controls).toEqual([])
    expect(usual.info.controls).toBeUndefined()
    for (const [model, why] of [
      [own, /opened without a ControlNet.*--controlnet/],
      [usual, /no inputs for what one adds/],
    ] as const) {
      expect(() => plan({ ...plain, control: [{ sha256: colours }] }, model)).toThrow(why)
      expect(() => plan({ ...plain, control: [{ sha256: colours }] }, model)).toThrow(
        expect.objectContaining({ code: 'control-unsupported', where: 'control[0]' }),
      )
      await model.dispose()
    }
  })

  it('at strength 0, or while a window is closed, draws to the bit what it draws without, and says so', async () => {
    const model = await opened(led('tiny-sd15'), ['first'])
    const without = await latentsOf(model, plain)
    for (const [control, code] of [
      [{ ...first, strength: 0 }, 'control-without-effect'],
      [{ ...first, window: { from: 0.1, to: 0.2 } }, 'window-empty'],
    ] as const) {
      const { latents, record } = await run(model, { ...plain, control: [control] })
      expect(latents.data).toEqual(without)
      expect(record.warnings.map((one) => one.code)).toEqual([code])
    }
    expect(await latentsOf(model, { ...plain, control: [first] })).not.toEqual(without)
    await model.dispose()
  })

  it('exported for two rows, is filled up', async () => {
    const unet = ['sample', 'encoder_hidden_states', 'mid_block_additional_residual']
      .concat([0, 1, 2, 3].map((i) => `down_block_additional_residuals_${i}`))
      .reduce((bytes, name) => fixAxis(bytes, name, 0, 2), graphOf('tiny-sd15-unet'))
    const [free, fixed] = [await opened(led('tiny-sd15'), ['first']), await opened(led('tiny-sd15', unet), ['first'])]
    for (const recipe of [
      plain,
      { ...plain, control: [first] },
      { ...plain, scale: 1, negatives: [], control: [first] },
    ]) {
      const [a, b] = [await latentsOf(free, recipe), await latentsOf(fixed, recipe)]
      expect(Math.max(...a.map((value, i) => Math.abs(value - b[i])))).toBeLessThan(1e-4 * Math.max(...b.map(Math.abs)))
    }
    await free.dispose()
    await fixed.dispose()
  })
})

describe('names of the wild', () => {
  const renamed = (to: (i: number) => string, mid: string) =>
    changedGraph(graphOf('tiny-sd15-unet'), {
      renamed: [
        ...[0, 1, 2, 3].map((i): [string, string] => [`down_block_additional_residuals_${i}`, to(i)]),
        ['mid_block_additional_residual', mid],
      ],
    })

  it.each([
    // Numbers may have zeros before them, which names of equal length here take for the rest.
    [
      'from 1',
      (i: number) => `controlnet_downblock${String(i + 1).padStart(13, '0')}`,
      'mid_block_additional_residual',
    ],
    ['onnx-web', (i: number) => `down_block_${String(i).padStart(22, '0')}`, 'mid_block_additional_residual'],
  ] as const)('%s', async (_, to, mid) => {
    const [one] = cases
    const model = await opened(led('tiny-sd15', renamed(to, mid)), ['first'])
    expect(off(one, await latentsOf(model, recipeOf(one)))).toBeLessThan(1e-4)
    await model.dispose()
  })

  it('a set with a gap is none', async () => {
    const unet = renamed((i) => `down_block_additional_residuals_${i === 3 ? 5 : i}`, 'mid_block_additional_residual')
    await expect(opened(led('tiny-sd15', unet), [])).rejects.toMatchObject({ code: 'model-unsupported', where: 'unet' })
  })
})

describe('what does not go together is refused before a weight is read', () => {
  it.each([
    [
      'a ControlNet of SDXL on Stable Diffusion 1',
      led('tiny-sd15'),
      ['sdxl'],
      'model-mismatch',
      /text_embeds|channels/,
    ],
    [
      'a UNet without the inputs',
      diskFiles('fixtures/layouts/tiny-sd15'),
      ['first'],
      'control-unsupported',
      /Export its UNet/,
    ],
    ['another network', led('tiny-sd15'), ['tiny-sd15-unet'], 'model-unsupported', /controlnet_cond/],
  ] as const)('%s', async (_, files, names, code, message) => {
    await expect(opened(files, names)).rejects.toMatchObject({ code, message: expect.stringMatching(message) })
  })

  it('names that are none, twice the same, and folders with several graphs', async () => {
    const files = overlayFiles(led('tiny-sd15'), { 'controlnet_canny/model.onnx': 'x' })
    for (const [name, network, code] of [
      ['a b', { files: recorded, graph: 'first.onnx' }, 'option-invalid'],
      ['canny', { files: recorded, graph: 'first.onnx' }, 'option-invalid'],
      ['depth', { files: recorded }, 'model-file-missing'],
    ] as const) {
      await expect(withControlNets(files, { [name]: network })).rejects.toMatchObject({ code })
    }
  })

  it('a ControlNet that pools, and one that was exported for another size', async () => {
    const pooling = overlayFiles(led('tiny-sd15'), {
      'controlnet/model.onnx': graphOf('first'),
      'controlnet/config.json': JSON.stringify({ global_pool_conditions: true }),
    })
    await expect(opened(pooling, [])).rejects.toMatchObject({ code: 'model-unsupported' })
    const sized = overlayFiles(led('tiny-sd15'), {
      'controlnet/model.onnx': fixAxis(fixAxis(graphOf('first'), 'controlnet_cond', 2, 64), 'controlnet_cond', 3, 96),
    })
    const model = await opened(sized, [])
    expect(model.info.controls).toMatchObject([{ name: 'controlnet', size: { width: 96, height: 64 } }])
    const control = [{ sha256: colours }]
    expect(() => plan({ ...plain, control }, model)).toThrow(expect.objectContaining({ code: 'size-invalid' }))
    const planned = plan({ ...plain, width: 96, control }, model)
    expect(planned.control).toEqual({ min: planned.min, max: planned.max })
    await model.dispose()
  })

  it('a picture of another size, one that is missing, a name that is unknown, and an inversion', async () => {
    const model = await opened(led('tiny-sd15'), ['first', 'second'])
    const codes = async (recipe: Partial<RecipeInput>) =>
      generate(model, { ...plain, ...recipe }, { images: imagesOf(96, 64) }).result.catch((error) => error.code)
    expect(await codes({ control: [first] })).toBe('image-mismatch')
    expect(await codes({ control: [{ ...first, sha256: 'c'.repeat(64) }] })).toBe('image-missing')
    expect(await codes({ control: [{ sha256: colours, controlnet: 'depth' }] })).toBe('control-unsupported')
    expect(await codes({ control: [{ sha256: colours }] })).toBe('control-unsupported')
    expect(await codes({ control: [first], image: { sha256: colours, inversion: {} } })).toBe('recipe-invalid')
    await model.dispose()
  })
})

it('the record names picture and ControlNet by SHA-256, and draws the same again; the model’s digest is that of the folder', async () => {
  const model = await opened(led('tiny-sd15'), ['first', 'second'])
  const control = [
    {
      ...first,
      strength: {
        curve: 'linear' as const,
        points: [
          [0, 1],
          [1, 0],
        ] as [number, number][],
      },
    },
  ]
  const { record, latents } = await run(model, { ...plain, control })
  const [{ sha256 }] = model.info.controls ?? []
  expect(sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(record.models.main).toMatchObject({ controls: [{ name: 'first', sha256 }] })
  expect(record.recipe.control).toEqual(control)
  expect((await run(model, record.recipe)).latents).toEqual(latents)
  const without = await opened(led('tiny-sd15'), [])
  expect(without.info.digest).toBe(model.info.digest)
  await model.dispose()
  await without.dispose()
})

it('a run that is aborted between its ControlNet and its UNet ends at once', async () => {
  const model = await opened(led('tiny-sd15'), ['first'])
  const run = generate(model, { ...plain, steps: 50, control: [first] }, { images: imagesOf(64, 64) })
  for await (const event of run) {
    if (event.type === 'step-end') break
  }
  await expect(run.result).rejects.toMatchObject({ name: 'AbortError' })
  await model.dispose()
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Pixels } from '../image/pixels'
import { maxAbs, minus } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import type { GenerateInput } from './functions-of-progress'
import { generate } from './generate'
import { plan } from './plan'
import { toyModel } from './toy-model.test-helper'

const sha256 = 'a'.repeat(64)
const pixels: Pixels = { width: 32, height: 32, data: new Uint8ClampedArray(4 * 32 * 32).fill(200) }
const own: Tensor = { data: Float32Array.from({ length: 32 }, (_, i) => Math.sin(1.7 * i)), shape: [2, 4, 4] }

/** A toy that sees a picture with structure, and whose network bends. */
const model = (attention = false) => {
  const toy = toyModel({
    provides: attention ? ['encode-image', 'attention.capture'] : ['encode-image'],
    output: ({ t, conditioning }, { data, shape }) => {
      // The thing of a negative is in the first cells.
      const thing = (i: number) => (conditioning.prompt.text === 'hat' && i % 16 < 2 ? 0.8 : 0)
      return { data: data.map((x, i) => 0.7 * Math.sin(x) + thing(i) + 0.1 * Math.cos(t / 200)), shape }
    },
  })
  return Object.assign(toy, {
    encodeImage: async () => ({ mean: own, logVariance: { ...own, data: new Float32Array(32).fill(-30) } }),
  })
}
type Image = NonNullable<GenerateInput['image']>
const run = (image: Omit<Image, 'sha256'>, recipe: Partial<GenerateInput> = {}, on = model()) =>
  generate(
    on,
    { prompt: '', seed: 5, steps: 10, guidance: 'general', ...recipe, image: { sha256, strength: 1, ...image } },
    { images: { [sha256]: pixels } },
  )
const off = async (...of: Parameters<typeof run>) => maxAbs(minus((await run(...of).result).latents, own)) / maxAbs(own)

describe('inverted and drawn again without a negative', () => {
  test('edit-friendly: the picture itself, under any scale, scheduler and strength', async () => {
    const asked = fc.record({
      scale: fc.double({ min: 0.5, max: 8, noNaN: true }),
      strength: fc.double({ min: 0.2, max: 1, noNaN: true }),
      steps: fc.integer({ min: 5, max: 30 }),
      text: fc.constantFrom('', 'a man'),
      scheduler: fc.constantFrom(
        undefined,
        'ddpm',
        'euler-ancestral',
        { name: 'ddim', config: { eta: 1 } },
        { name: 'ddim', config: { eta: 0.5, clip_sample: false, timestep_spacing: 'trailing' } },
      ),
    })
    await fc.assert(
      fc.asyncProperty(asked, async ({ scale, strength, steps, text, scheduler }) => {
        const recipe = { scale, steps, prompt: text, ...(scheduler ? { scheduler } : {}) }
        expect(await off({ strength, inversion: { source: text } }, recipe)).toBeLessThan(1e-4)
      }),
      { seed: 1, numRuns: 40 },
    )
  })

  test('DDIM: the nearer the more it is refined', async () => {
    const errors: number[] = []
    for (const refinements of [0, 1, 3, 8]) errors.push(await off({ inversion: { method: 'ddim', refinements } }))
    errors.slice(1).forEach((error, i) => void expect(error).toBeLessThan(errors[i] / 1.5))
    expect(errors[3]).toBeLessThan(1e-3)
  })

  test('DPM-Solver: the nearer the more steps', async () => {
    const errors: number[] = []
    for (const steps of [10, 40]) errors.push(await off({ inversion: { method: 'dpm-solver' } }, { steps }))
    expect(errors[1]).toBeLessThan(errors[0] / 3)
  })

  test('a rectified flow, both ways', async () => {
    const flow = () => {
      const toy = model()
      return {
        ...toy,
        info: { ...toy.info, scheduler: { name: 'FlowMatchEulerDiscreteScheduler', config: { shift: 3 } } },
      }
    }
    const refined = await off({ inversion: { refinements: 12 } }, { steps: 20 }, flow())
    expect(refined).toBeLessThan(1e-3)
    expect(await off({ inversion: { refinements: 0 } }, { steps: 20 }, flow())).toBeGreaterThan(refined)
    expect(await off({ inversion: { method: 'edit-friendly' } }, {}, flow())).toBeLessThan(1e-4)
    const { record } = await run({ inversion: {} }, {}, flow()).result
    expect(record.recipe.image?.inversion?.method).toBe('flow')
  })
})

describe('an inversion', () => {
  const negatives = [{ text: 'hat', scale: 3 }]

  test('comes before the run, is told step by step, and counted by plan and record', async () => {
    const on = model()
    const running = run({ strength: 0.5, inversion: { method: 'ddim', refinements: 2 } }, { negatives }, on)
    const types: string[] = []
    for await (const { type } of running) types.push(type)
    const all = [...new Array(5).fill('inversion-step'), ...new Array(5).fill('step-end'), 'image']
    expect(types.filter((type) => type !== 'warning')).toEqual(all)
    const { record } = await running.result
    expect(record.evaluations.before).toEqual({ inversion: 15, find: 0 })
    expect(record.evaluations.run).toBe(15 + 10)
    const cost = plan({ ...record.recipe }, on)
    expect(cost).toMatchObject({ min: 25, max: 25, exact: true, before: { inversion: 15, find: 0 } })
  })

  test('is in the record with every default, and drawn again from it', async () => {
    const first = await run({ inversion: {} }, { negatives }).result
    expect(first.record.recipe.image).toEqual({
      sha256,
      strength: 1,
      inversion: { method: 'edit-friendly', source: '', scale: 5 },
    })
    const again = await generate(model(), first.record.recipe, { images: { [sha256]: pixels } }).result
    expect(again.latents).toEqual(first.latents)
    expect(again.record).toEqual(first.record)
  })

  test('and a negative change the picture', async () => {
    for (const method of ['edit-friendly', 'ddim', 'dpm-solver'] as const) {
      expect(await off({ inversion: { method } }, { negatives })).toBeGreaterThan(0.05)
    }
  })

  test('can be left within a step', async () => {
    const running = run({ inversion: {} }, { negatives })
    for await (const event of running) if (event.type === 'inversion-step') break
    await expect(running.result).rejects.toMatchObject({ name: 'AbortError' })
  })

  test.each([
    [{ inversion: { method: 'ddim' } }, { scheduler: 'euler' }, 'scheduler-mismatch'],
    [{ inversion: { method: 'ddim' } }, { scheduler: { name: 'ddim', config: { eta: 1 } } }, 'scheduler-mismatch'],
    [{ inversion: { method: 'edit-friendly' } }, { scheduler: 'ddim' }, 'scheduler-mismatch'],
    [{ inversion: { method: 'edit-friendly' } }, { scheduler: 'kdpm2-ancestral' }, 'scheduler-mismatch'],
    [{ inversion: { method: 'flow' } }, {}, 'scheduler-mismatch'],
    [{ inversion: { method: 'dpm-solver', refinements: 2 } }, {}, 'recipe-invalid'],
    [{ find: {} }, {}, 'recipe-invalid'],
    [{ find: {}, mask: sha256 }, { negatives }, 'recipe-invalid'],
    [{ region: { x: 0, y: 0, width: 9, height: 9 }, feather: false }, {}, 'recipe-invalid'],
  ] as const)('%j with %j is refused before anything runs', async (image, recipe, code) => {
    const on = model()
    await expect(run(image as Omit<Image, 'sha256'>, recipe, on).result).rejects.toMatchObject({ code })
    expect(on.log.requests).toEqual([])
  })
})

describe('a mask that is found', () => {
  const negatives = [{ text: 'hat', scale: 3 }]

  test('is where the negative’s prediction differs; outside of it latents and pixels stay', async () => {
    for (const inversion of [{}, undefined]) {
      const running = run(
        { ...(inversion ? { inversion } : {}), find: { quantile: 0.8, grow: 0 }, feather: 0 },
        { negatives },
      )
      let mask: Pixels | undefined
      for await (const event of running) if (event.type === 'mask') mask = event.image
      const { latents, image, record } = await running.result
      const lit = Array.from(
        { length: 16 },
        (_, cell) => mask?.data[4 * (32 * 8 * Math.floor(cell / 4) + 8 * (cell % 4))],
      )
      expect(lit.slice(0, 2)).toEqual([255, 255])
      expect(lit.slice(8).every((value) => value === 0)).toBe(true)
      latents.data.forEach((value, i) => {
        if (lit[i % 16] === 0) expect(value).toBeCloseTo(own.data[i], 5)
      })
      expect(image.data.every((value, i) => value === (mask?.data[4 * (i >> 2)] === 255 ? 0 : 200))).toBe(true)
      expect(record.recipe.image?.find).toEqual({ by: 'difference', quantile: 0.8, grow: 0 })
      expect(record.evaluations.before?.find).toBe(plan(record.recipe, model()).before?.find)
    }
  })

  test('follows the attention of the negative’s words where that can be watched', async () => {
    const toy = model(true)
    const maps = Float32Array.from({ length: 16 }, (_, cell) => (cell >= 14 ? 1 : 0.1))
    const attention = { layers: [{ name: 'a', height: 4, width: 4, norms: new Float32Array(1), maps, meanSquare: 0 }] }
    const on = {
      ...toy,
      encode: async (...asked: Parameters<typeof toy.encode>) =>
        (await toy.encode(...asked)).map((one) => ({ ...one, words: [{ word: 'hat', tokens: [1] }] })),
      denoise: async (...asked: Parameters<typeof toy.denoise>) => {
        const result = await toy.denoise(...asked)
        const { rows } = asked[0]
        return { ...result, rows: result.rows.map((row, i) => (rows[i].capture ? { ...row, attention } : row)) }
      },
    }
    const running = run(
      { inversion: {}, find: { by: 'attention', grow: 0 } },
      { negatives },
      on as unknown as typeof toy,
    )
    let mask: Pixels | undefined
    for await (const event of running) if (event.type === 'mask') mask = event.image
    const lit = Array.from(
      { length: 16 },
      (_, cell) => mask?.data[4 * (32 * 8 * Math.floor(cell / 4) + 8 * (cell % 4))],
    )
    expect(lit).toEqual([...new Array(14).fill(0), 255, 255])
  })
})

describe('a region', () => {
  const photo: Pixels = {
    width: 70,
    height: 50,
    data: new Uint8ClampedArray(4 * 70 * 50).map((_, i) => (i % 4 === 3 ? 255 : i % 251)),
  }
  const region = { x: 30, y: -6, width: 64, height: 40 }
  const drawnOver = (image: Omit<Image, 'sha256'>, images = {}) =>
    generate(
      model(),
      { prompt: '', steps: 4, seed: 1, image: { sha256, inversion: {}, ...image } },
      { images: { [sha256]: photo, ...images } },
    ).result

  test('is drawn at the recipe’s size and put back; the result has the picture’s size', async () => {
    const { image, record } = await drawnOver({ region, feather: 0 })
    expect([image.width, image.height]).toEqual([70, 50])
    const right = image.data.every((value, i) => {
      const [x, y] = [(i >> 2) % 70, Math.floor((i >> 2) / 70)]
      return value === (x >= 30 && y < 34 ? 0 : photo.data[i])
    })
    expect(right).toBe(true)
    expect(record.recipe).toMatchObject({ width: 32, height: 32, image: { region } })
  })

  test('with a mask of the picture’s size, only what both have', async () => {
    const mask = { ...photo, data: photo.data.map((_, i) => (i % 4 === 3 || (i >> 2) % 70 >= 50 ? 255 : 0)) }
    const name = 'c'.repeat(64)
    const { image } = await drawnOver({ region, feather: 0, mask: name }, { [name]: mask })
    const changed = Array.from({ length: 70 * 50 }, (_, i) => image.data[4 * i + 3] !== 255)
    expect(changed.every((value, i) => value === (i % 70 >= 50 && i < 34 * 70))).toBe(true)
  })

  test('that has nothing of the picture, and a mask of another size, are refused', async () => {
    const beside = drawnOver({ region: { ...region, x: 70 } })
    await expect(beside).rejects.toMatchObject({ code: 'image-mismatch', where: 'image.region' })
    const huge = drawnOver({ region: { x: 0, y: 0, width: 60_000, height: 60_000 } })
    await expect(huge).rejects.toMatchObject({ code: 'image-mismatch', where: 'image.region' })
    const name = 'c'.repeat(64)
    const other = drawnOver({ region, mask: name }, { [name]: pixels })
    await expect(other).rejects.toMatchObject({ code: 'image-mismatch', where: 'mask' })
  })
})

import { generate, type RecipeInput } from '@neg/core'
import { decodePng } from '@neg/remote/wire'
import { afterEach, describe, expect, test } from 'vitest'
import { toyModel } from '../../../core/src/run/toy-model.test-helper'
import { gate, toyServer } from '../testing/toy-server.test-helper'

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())
async function start(...args: Parameters<typeof toyServer>) {
  const toy = await toyServer(...args)
  stop = toy.stop
  const post = (body: object, signal?: AbortSignal) =>
    fetch(`${toy.server.url}/v1/images/generations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'a pirate', seed: 5, num_inference_steps: 6, ...body }),
      signal,
    })
  const recipes = async () => (await toy.client.jobs()).jobs.toReversed().map(({ result }) => result?.record.recipe)
  return { ...toy, post, recipes }
}

const recipeHere = async (input: Partial<RecipeInput>) =>
  (await generate(toyModel(), { prompt: 'a pirate', seed: 5, steps: 6, ...input }).result).record.recipe

describe('POST /v1/images/generations', () => {
  test.each<[string, object, Partial<RecipeInput>]>([
    ['nothing else', {}, {}],
    ['an empty negative prompt, which is none', { negative_prompt: '' }, {}],
    ['a negative prompt', { negative_prompt: 'hat' }, { negatives: ['hat'] }],
    ['negative prompts', { negative_prompt: ['hat', 'beard'] }, { negatives: ['hat', 'beard'] }],
    ['a guidance scale', { guidance_scale: 3 }, { scale: 3 }],
    ['guidance scale 0', { guidance_scale: 0 }, { scale: 0 }],
    ['a scheduler', { scheduler: 'euler' }, { scheduler: 'euler' }],
    ['a guidance', { guidance: 'cfg-zero-star' }, { guidance: 'cfg-zero-star' }],
    ['a size', { size: '40x24' }, { width: 40, height: 24 }],
    ['size auto', { size: 'auto' }, {}],
  ])('draws what the recipe is: %s', async (_, body, recipe) => {
    const { post, recipes } = await start()
    const response = await post(body)
    expect(response.status).toBe(200)
    const { data, size, output_format } = await response.json()
    const [drawn] = await recipes()
    expect(drawn).toEqual(await recipeHere(recipe))
    expect(output_format).toBe('png')
    expect(size).toBe(`${drawn?.width}x${drawn?.height}`)
    expect(data).toHaveLength(1)
    const picture = await decodePng(new Uint8Array(Buffer.from(data[0].b64_json, 'base64')))
    expect([picture.width, picture.height]).toEqual([drawn?.width, drawn?.height])
  })

  test('draws several from consecutive seeds, in their order', async () => {
    const { post, recipes } = await start()
    const { data } = await (await post({ n: 3, response_format: 'url' })).json()
    expect(data.map(({ seed }: { seed: string }) => seed)).toEqual(['5', '6', '7'])
    expect((await recipes()).map((recipe) => recipe?.seed)).toEqual(['5', '6', '7'])
    for (const { url } of data) expect((await fetch(url)).headers.get('content-type')).toBe('image/png')
  })

  test('refuses more than it draws at once, and what it would ignore', async () => {
    const { post, client } = await start({ limits: { images: 2 } })
    const refused = async (body: object) => {
      const response = await post(body)
      return [response.status, (await response.json()).error.code]
    }
    expect(await refused({ n: 3 })).toEqual([422, 'limit-exceeded'])
    expect(await refused({ n: 0 })).toEqual([400, 'request-invalid'])
    expect(await refused({ style: 'vivid' })).toEqual([400, 'request-invalid'])
    expect(await refused({ output_format: 'jpeg' })).toEqual([400, 'request-invalid'])
    expect(await refused({ size: '32' })).toEqual([400, 'request-invalid'])
    expect(await refused({ model: 'other' })).toEqual([404, 'model-missing'])
    expect((await client.jobs()).jobs).toEqual([])
    expect((await post({ n: 2 })).status).toBe(200)
  })

  test('takes all of several pictures or none', async () => {
    const inside = gate()
    const { post, client } = await start({ limits: { queue: 2 } }, { before: () => inside.opened })
    const response = await post({ n: 3 })
    expect([response.status, (await response.json()).error.code]).toEqual([429, 'queue-full'])
    inside.open()
    await expect
      .poll(async () => (await client.jobs()).jobs.map(({ status }) => status))
      .toEqual(['canceled', 'canceled'])
  })

  test('cancels what nobody waits for any more', async () => {
    const inside = gate()
    const { post, client } = await start({}, { before: () => inside.opened })
    const controller = new AbortController()
    const answer = post({ n: 2 }, controller.signal).catch(() => undefined)
    await expect.poll(async () => (await client.jobs()).jobs.length).toBe(2)
    controller.abort()
    await answer
    await expect
      .poll(async () => (await client.jobs()).jobs.map(({ status }) => status))
      .toEqual(['canceled', 'canceled'])
    inside.open()
  })
})

describe('its stream', () => {
  const eventsOf = async (response: Response) => {
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/)
    return [...(await response.text()).matchAll(/^event: (.*)\ndata: (.*)$/gm)].map(([, event, data]) => ({
      event,
      data: JSON.parse(data),
    }))
  }

  test('is the picture, after partial ones where those are asked for', async () => {
    // Slow enough that a reader sees previews before the next ones replace them.
    const { post } = await start({}, { before: () => new Promise((resolve) => setTimeout(resolve, 20)) })
    const plain = await eventsOf(await post({ stream: true }))
    expect(plain.map(({ event }) => event)).toEqual(['image_generation.completed'])
    const some = await eventsOf(await post({ stream: true, partial_images: 2 }))
    expect(some.map(({ event, data }) => [event, data.type, data.partial_image_index])).toEqual([
      ...[0, 1].map((i) => ['image_generation.partial_image', 'image_generation.partial_image', i]),
      ['image_generation.completed', 'image_generation.completed', undefined],
    ])
    expect(some.at(-1)?.data).toMatchObject({ size: '32x32', seed: '5', b64_json: plain[0].data.b64_json })
  })

  test('is each of several pictures', async () => {
    const { post } = await start()
    const events = await eventsOf(await post({ stream: true, n: 2 }))
    expect(events.map(({ data }) => data.seed)).toEqual(['5', '6'])
  })

  test('ends with the error where the job fails', async () => {
    const output = (_: unknown, plain: { data: Float32Array; shape: readonly number[] }) => ({
      ...plain,
      data: plain.data.fill(Number.NaN),
    })
    const { post } = await start({}, { output })
    const events = await eventsOf(await post({ stream: true }))
    expect(events).toMatchObject([{ event: 'error', data: { error: { code: 'prediction-not-finite' } } }])
    const whole = await post({})
    const { error } = await whole.json()
    expect([whole.status, error.code, error.details.where]).toEqual([500, 'prediction-not-finite', 'step 0'])
  })
})

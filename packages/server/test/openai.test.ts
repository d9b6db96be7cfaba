import { generate } from '@neg/core'
import { decodePng } from '@neg/remote/wire'
import { type NegServer, startServer } from '@neg/server'
import OpenAI from 'openai'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { toyModel } from './toy-model.mjs'

let server: NegServer
let openai: OpenAI
beforeAll(async () => {
  server = await startServer({ models: toyModel({ ms: 2 }) })
  openai = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none', maxRetries: 0 })
})
afterAll(() => server.close({ drain: 0 }))

const pixels = async (base64: string | undefined) => decodePng(new Uint8Array(Buffer.from(base64 ?? '', 'base64')))
const request = { model: 'toy', prompt: 'a pirate', size: '32x32' as never }
const guided = { negative_prompt: 'eye patch', guidance_scale: 7, seed: 11, num_inference_steps: 8 }
const drawn = (seed: string) =>
  generate(toyModel({ ms: 0 }), { prompt: 'a pirate', negatives: ['eye patch'], scale: 7, seed, steps: 8 }).result

test('the openai client draws, with negative prompt, guidance scale and seed', async () => {
  const { data, created } = await openai.images.generate({ ...request, n: 2, ...guided })
  expect(created).toBeGreaterThan(1.7e9)
  expect(data).toHaveLength(2)
  for (const [i, seed] of ['11', '12'].entries()) {
    expect(await pixels(data?.[i].b64_json)).toEqual((await drawn(seed)).image)
    expect(data?.[i]).toMatchObject({ seed })
  }
})

test('the openai client gets addresses where it asks for them', async () => {
  const { data } = await openai.images.generate({ ...request, response_format: 'url', seed: 3 } as never)
  const url = (data as { url: string }[])[0].url
  expect((await fetch(url)).headers.get('content-type')).toBe('image/png')
})

test('the openai client follows a stream: partial pictures, then the picture', async () => {
  const stream = await openai.images.generate({ ...request, ...guided, stream: true, partial_images: 2 } as never)
  const events: { type: string; b64_json: string }[] = []
  for await (const event of stream as unknown as AsyncIterable<(typeof events)[number]>) events.push(event)
  expect(events.at(-1)?.type).toBe('image_generation.completed')
  expect(await pixels(events.at(-1)?.b64_json)).toEqual((await drawn('11')).image)
  const partial = events.slice(0, -1)
  expect(partial.length).toBeLessThanOrEqual(2)
  for (const { type, b64_json } of partial) {
    expect(type).toBe('image_generation.partial_image')
    expect(await pixels(b64_json)).toMatchObject({ width: 32, height: 32 })
  }
})

test('the openai client lists the models', async () => {
  const ids: string[] = []
  for await (const { id } of openai.models.list()) ids.push(id)
  expect(ids).toEqual(['toy'])
  expect((await openai.models.retrieve('toy')).id).toBe('toy')
})

test('the openai client understands refusals', async () => {
  const refused = (body: object) =>
    openai.images.generate({ ...request, ...body } as never).then(
      () => undefined,
      (error: InstanceType<typeof OpenAI.APIError>) => error,
    )
  expect(await refused({ model: 'gpt-image-1' })).toMatchObject({ status: 404, code: 'model-missing', param: 'model' })
  expect(await refused({ n: 99 })).toMatchObject({ status: 422, code: 'limit-exceeded', param: 'n' })
  expect(await refused({ size: '33x32' })).toMatchObject({ status: 422, code: 'size-invalid' })
  expect(await refused({ style: 'vivid' })).toMatchObject({ status: 400, code: 'request-invalid' })
  expect(await refused({ model: 'gpt-image-1' })).toBeInstanceOf(OpenAI.NotFoundError)
})

test('a caller that closes its connection cancels', async () => {
  const slow = await startServer({ models: toyModel({ ms: 50 }) })
  const client = new OpenAI({ baseURL: `${slow.url}/v1`, apiKey: 'none', maxRetries: 0 })
  const controller = new AbortController()
  const drawing = client.images.generate({ ...request, num_inference_steps: 100 } as never, {
    signal: controller.signal,
  })
  const list = () => slow.context.queue.list({ limit: 1 })
  await expect.poll(async () => (await list()).jobs[0]?.progress.call ?? 0).toBeGreaterThan(0)
  controller.abort()
  await expect(drawing).rejects.toBeInstanceOf(OpenAI.APIUserAbortError)
  await expect.poll(async () => (await list()).jobs[0].status).toBe('canceled')
  await slow.close({ drain: 0 })
})

import { readPngText } from '@neg/core'
import { afterEach, describe, expect, test } from 'vitest'
import { toyServer } from '../testing/toy-server.test-helper'

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())
async function start(...args: Parameters<typeof toyServer>) {
  const toy = await toyServer(...args)
  stop = toy.stop
  const post = (body: object) =>
    fetch(`${toy.server.url}/v1/images/generations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ prompt: 'a pirate', ...body }),
    })
  return { ...toy, post }
}

const slowly = { before: () => new Promise<void>((resolve) => setTimeout(resolve, 60)) }

describe('partial images', () => {
  test.each([
    ['a model of 4 default steps', { distilled: true }, {}, 3],
    ['a model of 20 default steps', {}, {}, 2],
    ['the steps of the request', {}, { num_inference_steps: 5 }, 2],
  ])('come as many as are asked for with %s', async (_, info, body, partial) => {
    const { post } = await start({}, { info, ...slowly })
    const answer = await post({ ...body, stream: true, partial_images: partial, seed: 3 })
    const events = [...(await answer.text()).matchAll(/^event: (.*)$/gm)].map(([, event]) => event)
    expect(events).toEqual([
      ...Array.from({ length: partial }, () => 'image_generation.partial_image'),
      'image_generation.completed',
    ])
  })
})

test('null is what OpenAI’s clients send for a field that was not given', async () => {
  const { post } = await start()
  const nulls = {
    model: null,
    n: null,
    size: null,
    negative_prompt: null,
    seed: null,
    guidance_scale: null,
    num_inference_steps: null,
    scheduler: null,
    guidance: null,
    stream: null,
  }
  const answer = await post(nulls)
  expect(answer.status).toBe(200)
  const [{ seed }] = ((await answer.json()) as { data: { seed: string }[] }).data
  const [plain] = ((await (await post({ seed })).json()) as { data: { b64_json: string }[] }).data
  const [again] = ((await (await post({ ...nulls, seed })).json()) as { data: { b64_json: string }[] }).data
  expect(again.b64_json).toBe(plain.b64_json)
})

test('seeds do not go beyond 64 bits and around', async () => {
  const { post } = await start()
  const answer = await post({ n: 2, seed: '18446744073709551615' })
  expect([answer.status, (await answer.json()).error.code]).toEqual([422, 'seed-invalid'])
  expect((await post({ n: 1, seed: '18446744073709551615' })).status).toBe(200)
})

test('its pictures carry the record, and AUTOMATIC1111’s parameters for other tools', async () => {
  const { post } = await start()
  const answer = await post({ negative_prompt: 'hat', seed: 5, guidance_scale: 4, num_inference_steps: 3 })
  const [{ b64_json }] = ((await answer.json()) as { data: { b64_json: string }[] }).data
  const texts = readPngText(Buffer.from(b64_json, 'base64'))
  expect(JSON.parse(texts.neg).recipe).toMatchObject({ prompt: 'a pirate', seed: '5' })
  expect(texts.parameters).toMatch(
    /^a pirate\nNegative prompt: hat\nSteps: 3, Sampler: DDIM, CFG scale: 4, Seed: 5, Size: 32x32, /,
  )
})

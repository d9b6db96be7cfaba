import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { errorKinds } from '@neg/core'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pirate, toyServer } from './testing/toy-server.test-helper'

interface Document {
  paths: Record<string, Record<string, { requestBody?: { content: Record<string, unknown> } }>>
}

let toy: Awaited<ReturnType<typeof toyServer>>
let document: Document
beforeAll(async () => {
  toy = await toyServer({ limits: { jsonBytes: 20_000, assetBytes: 20_000 } })
  document = await (await fetch(`${toy.server.url}/openapi.json`)).json()
})
afterAll(() => toy.stop())

setFlagsFromString('--expose_gc')
const collect = runInNewContext('gc') as () => void

/** A value put in a random place of a valid request. */
const spoiled = (valid: object) =>
  fc.tuple(fc.constantFrom(...Object.keys(valid)), fc.jsonValue()).map(([key, value]) => ({ ...valid, [key]: value }))

const recipe = {
  ...pirate,
  negatives: [{ text: 'eye patch', window: { from: 0.1, to: 0.5 } }],
  scale: 5,
  guidance: { name: 'general' },
  scheduler: { name: 'DDIM', config: {} },
  width: 32,
  height: 32,
  syntax: 'plain',
}
const job = { recipe, previews: { every: 2 }, capture: { roles: ['positive'], tokens: 'all', maps: true }, priority: 1 }
const images = { prompt: 'a', n: 1, size: '32x32', seed: 1, negative_prompt: 'b', guidance_scale: 3, stream: false }

const text = fc.oneof(
  fc.jsonValue().map((value) => JSON.stringify(value)),
  fc.oneof(spoiled(recipe), spoiled(job), spoiled(images)).map((value) => JSON.stringify(value)),
  spoiled(recipe).map((value) => JSON.stringify({ recipe: value })),
  fc.nat({ max: 400 }).map((length) => JSON.stringify(job).slice(0, length)),
  fc.integer({ min: 1, max: 9000 }).map((depth) => '['.repeat(depth)),
  fc.integer({ min: 1, max: 3000 }).map((depth) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`),
  fc.constantFrom('{"__proto__":{"prompt":"a"}}', '{"prompt":"a","prompt":1}', '', 'null', '"'.repeat(20_001)),
)
const body = fc.oneof(
  { weight: 5, arbitrary: text },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 500 }) as fc.Arbitrary<Uint8Array | string> },
)
const type = fc.oneof(
  { weight: 6, arbitrary: fc.constant('application/json') },
  {
    weight: 1,
    arbitrary: fc.constantFrom('text/plain', 'image/png', 'image/webp', 'application/x-www-form-urlencoded', ';'),
  },
)
const header = fc.constantFrom<Record<string, string>>(
  {},
  {},
  {},
  { 'idempotency-key': 'with space' },
  { 'idempotency-key': 'x'.repeat(300) },
  { 'content-encoding': 'br' },
  { 'last-event-id': '../../etc' },
  { authorization: 'Basic !!!' },
  { origin: 'http://evil.example' },
  { range: 'bytes=9-1' },
  { prefer: 'wait=99999999' },
)
const part = fc.oneof(
  fc.constantFrom('..%2f..%2fetc%2fpasswd', '%00', 'x'.repeat(3000), '0', '-1', '%F0%9F', '1e999'),
  fc.string({ minLength: 1, maxLength: 40 }).map(encodeURIComponent),
  fc.uuid(),
)

test('1,000 malformed requests are answered with 4xx and a code; the server lives and its memory returns', async () => {
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { requestBody }]) => ({ path, method, hasBody: requestBody !== undefined })),
  )
  const withBody = operations.filter(({ hasBody }) => hasBody)
  const operation = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...withBody) },
    { weight: 1, arbitrary: fc.constantFrom(...operations.filter(({ path }) => path.includes('{'))) },
  )
  const ask = async (url: string, init: RequestInit) => {
    const response = await fetch(toy.server.url + url, { ...init, signal: AbortSignal.timeout(20_000) })
    return { status: response.status, body: await response.text() }
  }
  let refused = 0
  const malformed = fc.asyncProperty(operation, part, type, header, body, async (one, id, type, header, body) => {
    const path = one.path.replaceAll(/\{\w+\}/g, id)
    const init: RequestInit = { method: one.method.toUpperCase(), headers: { 'content-type': type, ...header } }
    const { status, body: answer } = await ask(path, one.hasBody ? { ...init, body: body as BodyInit } : init)
    // Not every spoiled request is wrong: a random seed is a seed.
    if (status < 400) return
    refused++
    expect([status, answer.slice(0, 200)]).toEqual([
      expect.toSatisfy((s: number) => s >= 400 && s < 500),
      answer.slice(0, 200),
    ])
    const { error } = JSON.parse(answer)
    expect(Object.keys(errorKinds)).toContain(error.code)
    expect(error.message.length).toBeGreaterThan(10)
  })

  await fc.assert(malformed, { seed: 1, numRuns: 200 })
  await clear()
  collect()
  const before = process.memoryUsage().heapUsed
  for (let round = 2; refused < 1000; round++) await fc.assert(malformed, { seed: round, numRuns: 200 })
  await clear()
  collect()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(30e6)
  expect(refused).toBeGreaterThanOrEqual(1000)
  expect(toy.mistakes).toEqual([])
  expect((await fetch(`${toy.server.url}/readyz`)).status).toBe(200)
  expect(({} as { prompt?: unknown }).prompt).toBeUndefined()
}, 600_000)

/** Deletes the jobs of those requests that were right after all. */
async function clear() {
  for (;;) {
    const { jobs } = await toy.client.jobs({ limit: 200 })
    if (jobs.length === 0) return
    for (const { id } of jobs) await toy.client.delete(id)
  }
}

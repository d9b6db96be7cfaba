import { createHash } from 'node:crypto'
import { writePng } from '@neg/node'
import { followJob, generate } from '@neg/remote/jobs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { afterEach, describe, expect, test } from 'vitest'
import { createApp } from './app/create-app'
import { pictureCodec } from './image/node-codec'
import { surface } from './routes/surface'
import { pirate, toyServer } from './testing/toy-server.test-helper'

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())
async function start(...args: Parameters<typeof toyServer>) {
  const toy = await toyServer(...args)
  stop = toy.stop
  return toy
}
const json = { 'content-type': 'application/json' }
const send = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/jobs`, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify(body) })

describe('POST /v1/jobs', () => {
  test('with a key that was used for the same body gives the same job, whatever the order of its fields', async () => {
    const { server, client } = await start()
    const key = { 'idempotency-key': 'mine' }
    const first = await send(server.url, pirate, key)
    const again = await send(server.url, Object.fromEntries(Object.entries(pirate).reverse()), key)
    expect([first.status, again.status]).toEqual([201, 200])
    const { id } = await first.json()
    expect((await again.json()).id).toBe(id)
    expect(first.headers.get('location')).toBe(`/v1/jobs/${id}`)
    const other = await send(server.url, { ...pirate, seed: '8' }, key)
    expect([other.status, (await other.json()).error.code]).toEqual([422, 'idempotency-key-reuse'])
    expect((await client.jobs()).jobs).toHaveLength(1)
  })

  test('without a seed draws one at once, so that whoever runs it draws the same picture', async () => {
    const { client, server } = await start()
    const { seed: _, ...unseeded } = pirate
    const { id } = await client.submit({ recipe: unseeded })
    const state = await server.context.queue.get(id)
    expect(state?.request.recipe.seed).toMatch(/^\d+$/)
  })

  test('is filled in by what the model recommends, which clients are told', async () => {
    const recommended = {
      guidance: { name: 'window', options: { window: { from: 0, to: 0.5 } }, of: [{ name: 'negative-prompt' }] },
      scale: 3,
      steps: 4,
      width: 16,
      knows: { worn: ['eye patch'] },
    }
    const { server, client } = await start({}, { info: { recommended } })
    const { prompt, negatives } = pirate
    const job = await (await send(server.url, { prompt, negatives }, { prefer: 'wait=30' })).json()
    const { recipe } = job.result.record
    expect(recipe).toMatchObject({ scale: 3, steps: 4, width: 16, height: 32 })
    expect(recipe.guidance).toMatchObject(recommended.guidance)
    expect((await client.models())[0].info.recommended).toEqual(recommended)

    const body = JSON.stringify({ prompt, negative_prompt: negatives, stream: true, partial_images: 3 })
    const answer = await fetch(`${server.url}/v1/images/generations`, { method: 'POST', headers: json, body })
    // Of 4 steps, not 20: there is a partial picture after each.
    expect(await answer.text()).toMatch(/^event: image_generation\.partial_image$/m)
  })

  test.each([
    ['option', '{"prompt":"a","guidance":{"name":"general","options":{"__proto__":1}}}', 'guidance.options'],
    ['role', '{"prompt":"a","roles":{"__proto__":[{"text":"b"}]}}', 'roles'],
    [
      'config key',
      '{"recipe":{"prompt":"a","scheduler":{"name":"ddim","config":{"__proto__":1}}}}',
      'scheduler.config',
    ],
  ])('refuses __proto__ as any other unknown %s', async (_, body, where) => {
    const { server } = await start()
    const answer = await fetch(`${server.url}/v1/jobs`, { method: 'POST', headers: json, body })
    expect(answer.status).toBe(422)
    expect((await answer.json()).error).toMatchObject({ code: 'recipe-invalid', details: { where } })
  })

  test('waits as long as `Prefer: wait` says', async () => {
    const { server } = await start()
    const job = await (await send(server.url, pirate, { prefer: 'wait=30' })).json()
    expect(job).toMatchObject({ status: 'succeeded', attempt: 1, progress: { step: 6, steps: 6, value: 1 } })
  })
})

describe('POST /v1/images/generations', () => {
  test.each(['0x0', '0x32', '32x0'])('refuses a size of nothing, %s', async (size) => {
    const { server } = await start()
    const body = JSON.stringify({ prompt: 'a pirate', size })
    const answer = await fetch(`${server.url}/v1/images/generations`, { method: 'POST', headers: json, body })
    expect(answer.status).toBe(422)
    expect((await answer.json()).error).toMatchObject({
      code: 'recipe-invalid',
      message: expect.stringMatching(/(width|height): /),
    })
  })
})

describe('a picture', () => {
  test('has its SHA-256 as ETag, and parts', async () => {
    const { server } = await start()
    const job = await (await send(server.url, pirate, { prefer: 'wait=30' })).json()
    const [image] = job.result.images
    const url = server.url + image.url
    const whole = await fetch(url)
    const bytes = Buffer.from(await whole.arrayBuffer())
    expect(whole.headers.get('content-type')).toBe('image/png')
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(image.sha256)
    expect(whole.headers.get('etag')).toBe(`"${image.sha256}"`)
    expect((await fetch(url, { headers: { 'if-none-match': `"${image.sha256}"` } })).status).toBe(304)
    const part = await fetch(url, { headers: { range: 'bytes=1-3' } })
    expect([part.status, await part.text(), part.headers.get('content-range')]).toEqual([
      206,
      'PNG',
      `bytes 1-3/${bytes.length}`,
    ])
    expect((await fetch(url, { headers: { range: 'bytes=9999999-' } })).status).toBe(416)
    expect((await fetch(`${server.url}/v1/jobs/${job.id}/images/1`)).status).toBe(404)
  })
})

describe('GET /v1/jobs', () => {
  test('pages through the jobs, newest first', async () => {
    const { client } = await start()
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.unshift((await client.submit({ recipe: pirate })).id)
    const first = await client.jobs({ limit: 2 })
    const second = await client.jobs({ limit: 2, cursor: first.next ?? '' })
    const third = await client.jobs({ limit: 2, cursor: second.next ?? '' })
    expect([first, second, third].flatMap(({ jobs }) => jobs.map(({ id }) => id))).toEqual(ids)
    expect(third.next).toBeNull()
  })
})

test('jobs are listed by their state', async () => {
  const { client, server } = await start()
  const ended = await (await send(server.url, pirate, { prefer: 'wait=30' })).json()
  const list = async (status: 'succeeded' | 'failed') => (await client.jobs({ status })).jobs.map(({ id }) => id)
  expect([await list('succeeded'), await list('failed')]).toEqual([[ended.id], []])
  for (const query of ['status=nothing', 'limit=0', 'limit=201', 'limit=x']) {
    expect((await fetch(`${server.url}/v1/jobs?${query}`)).status).toBe(400)
  }
  expect((await fetch(`${server.url}/v1/jobs?limit=200`)).status).toBe(200)
})

test('a picture’s parts: from its beginning, to its end, its last bytes, or all where none is asked for', async () => {
  const { server } = await start()
  const job = await (await send(server.url, pirate, { prefer: 'wait=30' })).json()
  const url = server.url + job.result.images[0].url
  const bytes = Buffer.from(await (await fetch(url)).arrayBuffer())
  const part = async (range: string) => {
    const response = await fetch(url, { headers: { range } })
    return [response.status, response.headers.get('content-range'), Buffer.from(await response.arrayBuffer())]
  }
  const n = bytes.length
  expect(await part('bytes=0-0')).toEqual([206, `bytes 0-0/${n}`, bytes.subarray(0, 1)])
  expect(await part('bytes=4-')).toEqual([206, `bytes 4-${n - 1}/${n}`, bytes.subarray(4)])
  expect(await part('bytes=-5')).toEqual([206, `bytes ${n - 5}-${n - 1}/${n}`, bytes.subarray(n - 5)])
  expect(await part(`bytes=-${n + 9}`)).toEqual([206, `bytes 0-${n - 1}/${n}`, bytes])
  expect(await part(`bytes=${n - 1}-${n + 9}`)).toEqual([206, `bytes ${n - 1}-${n - 1}/${n}`, bytes.subarray(n - 1)])
  for (const range of ['bytes=-', 'lines=1-2', 'bytes=1-2,4-5']) expect(await part(range)).toEqual([200, null, bytes])
  expect((await part(`bytes=${n}-`)).slice(0, 2)).toEqual([416, `bytes */${n}`])
  const tags = async (header: string) => (await fetch(url, { headers: { 'if-none-match': header } })).status
  const { sha256 } = job.result.images[0]
  expect(await Promise.all([`"x", W/"${sha256}"`, '*', '"x"'].map(tags))).toEqual([304, 304, 200])
})

describe('an uploaded picture', () => {
  const upload = async (client: Awaited<ReturnType<typeof start>>['client'], width = 32) => {
    const data = new Uint8ClampedArray(4 * width * 32).fill(255)
    return client.upload(await writePng({ width, height: 32, data }), 'image/png')
  }

  test('is what a recipe starts from', async () => {
    const { client, server } = await start({}, { provides: ['encode-image'] })
    const { sha256, width, height } = await upload(client)
    expect([width, height]).toEqual([32, 32])
    const recipe = { ...pirate, image: { sha256, strength: 0.5 } }
    const job = await (await send(server.url, recipe, { prefer: 'wait=30' })).json()
    expect(job).toMatchObject({ status: 'succeeded', result: { record: { recipe: { image: { sha256 } } } } })
  })

  test('has to be there', async () => {
    const { server } = await start({}, { provides: ['encode-image'] })
    const recipe = { ...pirate, image: { sha256: 'a'.repeat(64), strength: 0.5 } }
    const job = await (await send(server.url, recipe, { prefer: 'wait=30' })).json()
    expect(job).toMatchObject({
      status: 'failed',
      error: { code: 'image-missing', details: { where: 'recipe.image' } },
    })
  })
})

test('attention is watched only where the model lets it be', async () => {
  const { server } = await start()
  const capture = { roles: ['positive'], tokens: 'words', maps: false }
  const response = await send(server.url, { recipe: pirate, capture })
  const { error } = await response.json()
  expect([response.status, error.code, error.details.where]).toEqual([422, 'guidance-unsupported', 'capture'])
})

test('metrics have buckets from a millisecond to ten seconds for answers, from a hundredth to ten minutes for jobs', async () => {
  const { server, client } = await start()
  await generate(client, pirate).result
  const text = await (await fetch(`${server.url}/metrics`)).text()
  const buckets = (name: string) => [
    ...new Set([...text.matchAll(new RegExp(`^${name}_bucket\\{.*le="([^"]+)"`, 'gm'))].map(([, le]) => le)),
  ]
  expect(buckets('neg_http_request_seconds')).toEqual(['0.001', '0.005', '0.025', '0.1', '0.5', '2.5', '10', '+Inf'])
  const phases = ['0.01', '0.05', '0.25', '1', '5', '25', '125', '625', '+Inf']
  expect(buckets('neg_job_phase_seconds')).toEqual(phases)
  const { timings } = (await client.jobs()).jobs[0].result ?? {}
  const [, sum] = /^neg_job_phase_seconds_sum\{phase="total"\} (.*)$/m.exec(text) ?? []
  expect(Number(sum)).toBeCloseTo((timings?.total ?? Number.NaN) / 1000, 6)
  expect(text).toMatch(/^neg_jobs_total\{outcome="succeeded"\} 1$/m)
})

test('capabilities name every part of the surface', async () => {
  const { client } = await start()
  const { features } = await client.capabilities()
  expect(features).toEqual([
    'health',
    'jobs',
    'job events',
    'job files',
    'assets',
    'models',
    'openai images',
    'openapi',
  ])
})

describe('the OpenAPI document', () => {
  test('is valid', async () => {
    const { server } = await start()
    const document = await (await fetch(`${server.url}/openapi.json`)).json()
    expect(await new Validator().validate(document)).toMatchObject({ valid: true })
  })

  test('names every route, and only those', async () => {
    const { server } = await start()
    const { context } = server
    const common = { log: () => {}, hosts: [], loopback: true, cors: [], findToken: undefined, onMistake: () => {} }
    const app = createApp({ context, groups: surface(pictureCodec(1)), ...common })
    const routes = app.routes
      .filter(({ path }) => path !== '/*' && path !== '*')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')}`)
    const document = await (await fetch(`${server.url}/openapi.json`)).json()
    const named = Object.entries<object>(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    )
    expect([...new Set(routes)].sort()).toEqual(named.sort())
  })

  test('describes what is answered', async () => {
    const { server } = await start()
    const document = await (await fetch(`${server.url}/openapi.json`)).json()
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema(document, 'openapi')
    const check = async (path: string, method: string, status: number, response: Response) => {
      expect(response.status).toBe(status)
      const pointer = path.replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')
      const at = `openapi#/paths/${pointer}/${method}/responses/${status}/content/application~1json/schema`
      const body = await response.json()
      const valid = ajv.validate({ $ref: at }, body)
      expect([path, ajv.errors]).toEqual([path, null])
      expect(valid).toBe(true)
      return body
    }
    const job = await check('/v1/jobs', 'post', 201, await send(server.url, pirate, { prefer: 'wait=30' }))
    await check('/v1/jobs', 'get', 200, await fetch(`${server.url}/v1/jobs`))
    await check('/v1/jobs/{id}', 'get', 200, await fetch(`${server.url}/v1/jobs/${job.id}`))
    await check('/v1/models', 'get', 200, await fetch(`${server.url}/v1/models`))
    await check('/v1/models/{id}', 'get', 200, await fetch(`${server.url}/v1/models/toy`))
    await check('/v1/capabilities', 'get', 200, await fetch(`${server.url}/v1/capabilities`))
    await check('/healthz', 'get', 200, await fetch(`${server.url}/healthz`))
    const missing = await fetch(`${server.url}/v1/jobs/${crypto.randomUUID()}`)
    expect(ajv.validate({ $ref: 'openapi#/components/schemas/Error' }, await missing.json())).toBe(true)
    const stream = await fetch(`${server.url}/v1/jobs/${job.id}/events`)
    expect(stream.headers.get('x-request-id')).toMatch(/^req_/)
    const events = await stream.text()
    for (const [, data] of events.matchAll(/^data: (.*)$/gm)) {
      expect([data, ajv.validate({ $ref: 'openapi#/components/schemas/JobEvent' }, JSON.parse(data))]).toEqual([
        data,
        true,
      ])
    }
  })

  test('is what addresses are measured by: others are missing, other methods not possible', async () => {
    const { server } = await start()
    const nowhere = await fetch(`${server.url}/v2/nothing`)
    expect([nowhere.status, (await nowhere.json()).error.code]).toEqual([404, 'route-missing'])
    const method = await fetch(`${server.url}/v1/jobs`, { method: 'DELETE' })
    expect([method.status, method.headers.get('allow')]).toEqual([405, 'POST, GET'])
  })
})

describe('GET /v1/jobs/:id/events of a job that has ended', () => {
  const at = (url: string, after?: string) => {
    const headers: Record<string, string> = after === undefined ? {} : { 'last-event-id': after }
    return fetch(url, { headers, signal: AbortSignal.timeout(5000) })
  }

  test('ends at once from every place, with 204 behind its last event, and refuses ids that never were', async () => {
    const { server, client } = await start()
    const job = await (await send(server.url, pirate, { prefer: 'wait=30' })).json()
    const events = `${server.url}/v1/jobs/${job.id}/events`
    const told = (text: string) => [...text.matchAll(/^id: (.*)$/gm)].map(([, id]) => id)
    const all = told(await (await at(events)).text())
    expect(all.length).toBeGreaterThan(6)
    for (const [i, id] of all.entries()) {
      const answer = await at(events, id)
      const last = i === all.length - 1
      expect(answer.status).toBe(last ? 204 : 200)
      expect(told(await answer.text())).toEqual(all.slice(i + 1))
    }
    for (const never of [String(all.length + 1), '999999999', '12-0', '-1', '1e3', 'x']) {
      const answer = await at(events, never)
      expect([answer.status, (await answer.json()).error.code]).toEqual([400, 'request-invalid'])
    }
    const followed = []
    for await (const { event } of followJob(client, job.id, { after: all.at(-1) })) followed.push(event)
    expect(followed).toMatchObject([{ type: 'done', job: { id: job.id, status: 'succeeded' } }])
  })

  test('a client whose server forgot its last event reads the log from the beginning', async () => {
    const { server, client } = await start()
    const job = await (await send(server.url, pirate, { prefer: 'wait=30' })).json()
    let asked = 0
    const cut: typeof client = {
      ...client,
      // The first answer ends after an event that the server behind the second one never had.
      request: async (path, init) =>
        path.endsWith('/events') && asked++ === 0
          ? new Response(
              `id: 4711\nevent: status\ndata: ${JSON.stringify({ type: 'status', status: 'queued', attempt: 0, queue_position: null })}\n\n`,
            )
          : client.request(path, init),
    }
    const types: string[] = []
    for await (const { event } of followJob(cut, job.id, { firstPause: 1 })) types.push(event.type)
    expect(types[0]).toBe('status')
    expect(types.filter((type) => type === 'step')).toHaveLength(6)
    expect(types.at(-1)).toBe('done')
  })
})

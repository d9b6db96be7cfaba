import { generate as generateHere, type RunEvent, registerPlugin } from '@neg/core'
import { guidancePlugins } from '@neg/core/guidance'
import { schedulers } from '@neg/core/schedulers'
import { attach, generate, negServer, type RemoteEvent } from '@neg/remote/jobs'
import { afterEach, describe, expect, test } from 'vitest'
import { powerDdim } from '../../../examples/guidance-plugin/src/power-ddim'
import { toyModel } from '../../core/src/run/toy-model.test-helper'
import { gate, pirate, toyServer } from './testing/toy-server.test-helper'

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())

async function start(...args: Parameters<typeof toyServer>) {
  const toy = await toyServer(...args)
  stop = toy.stop
  return toy
}

const collect = async <T>(events: AsyncIterable<T>) => {
  const all: T[] = []
  for await (const event of events) all.push(event)
  return all
}

test('a client reads what models, guidances and schedulers there are', async () => {
  const { client, model } = await start()
  const [listed] = await client.models()
  expect(listed).toMatchObject({ id: model.info.id, info: model.info, provides: [...model.provides] })
  const { guidances, schedulers: known, limits } = await client.capabilities()
  expect(guidances.map(({ name }) => name)).toEqual(guidancePlugins().map(({ name }) => name))
  expect(guidances[0].options).toEqual(guidancePlugins()[0].options.toJSONSchema())
  expect(known.map(({ name }) => name)).toEqual(schedulers.map(({ name }) => name))
  expect(limits.steps).toBe(200)
})

describe('a job', () => {
  test('gives what generate gives here: latents, picture, record and steps', async () => {
    const { client, mistakes } = await start()
    const here = generateHere(toyModel(), pirate)
    const there = generate(client, pirate, { latents: 'steps' })
    const [mine, theirs] = [await collect<RunEvent>(here), await collect<RemoteEvent>(there)]
    const [local, remote] = [await here.result, await there.result]
    expect(remote.latents).toEqual(local.latents)
    expect(remote.image).toEqual(local.image)
    expect(remote.record).toEqual(local.record)
    const steps = (events: readonly (RunEvent | RemoteEvent)[]) =>
      events.filter((event) => event.type === 'step-end').map(({ ms, ...rest }) => rest)
    expect(steps(theirs)).toEqual(steps(mine))
    expect(steps(theirs)).toHaveLength(6)
    expect(theirs.at(-1)?.type).toBe('image')
    expect(mistakes).toEqual([])
  })

  test('is told of from its beginning to whoever attaches later', async () => {
    const { client } = await start()
    const first = generate(client, pirate)
    await first.result
    const second = attach(client, await first.id)
    const events = await collect(second)
    expect(events.filter(({ type }) => type === 'step-end')).toHaveLength(6)
    expect((await second.result).latents).toEqual((await first.result).latents)
  })

  test('is canceled when its run is aborted, and the reason is the caller’s', async () => {
    const inside = gate()
    const { client } = await start({}, { before: () => inside.opened })
    const run = generate(client, pirate)
    const id = await run.id
    run.abort(new Error('enough'))
    await expect(run.result).rejects.toThrow('enough')
    await expect.poll(async () => (await client.job(id)).status).toBe('canceled')
    inside.open()
  })

  test('runs on when its run was only detached from it', async () => {
    const inside = gate()
    const { server, client } = await start({}, { before: () => inside.opened })
    const asked: string[] = []
    const fetching: typeof fetch = (url, init) => {
      asked.push(`${init?.method} ${new URL(String(url)).pathname}`)
      return fetch(url, init)
    }
    const run = generate(negServer({ url: server.url, fetch: fetching }), pirate)
    const id = await run.id
    run.detach()
    await expect(run.result).rejects.toMatchObject({ name: 'AbortError' })
    inside.open()
    await expect.poll(async () => (await client.job(id)).status, { timeout: 10_000 }).toBe('succeeded')
    expect(asked.filter((one) => one.startsWith('POST'))).toEqual(['POST /v1/jobs'])
  })

  test('fails with the error that a run here has', async () => {
    const { client } = await start()
    const bad = { ...pirate, scheduler: 'nonsense' }
    const here = await generateHere(toyModel(), bad).result.catch((error) => error)
    const there = await generate(client, bad).result.catch((error) => error)
    expect(there.toJSON()).toEqual(here.toJSON())
  })
})

test('a scheduler that was registered is listed, drawn with by name and recorded; a function cannot be sent', async () => {
  registerPlugin(powerDdim)
  const { client } = await start()
  const { schedulers: known } = await client.capabilities()
  expect(known.at(-1)).toMatchObject({ name: 'PowerDDIMScheduler', version: '1', options: { power: { default: 1.2 } } })
  const asked = { ...pirate, scheduler: { name: 'power-ddim', config: { power: 2 } } }
  const { record, latents } = await generate(client, asked).result
  expect(record.plugins).toMatchObject({ PowerDDIMScheduler: '1' })
  expect(latents).toEqual((await generateHere(toyModel(), asked).result).latents)
  const timed = { ...pirate, negatives: [{ text: 'hat', window: () => true }] }
  await expect(generate(client, timed).result).rejects.toMatchObject({ code: 'recipe-invalid' })
})

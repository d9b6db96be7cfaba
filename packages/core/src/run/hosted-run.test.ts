import { describe, expect, it } from 'vitest'
import { general } from '../guidance/general'
import { definePlugin } from '../guidance/guidance'
import type { RunEvent } from './event'
import { draw, generate } from './generate'
import { generateMany } from './generate-many'
import { hostRuns, type RunHost } from './hosted-run'
import { toyModel } from './toy-model.test-helper'

const recipe = { prompt: 'a man', negatives: ['glasses'], seed: 1, steps: 3 }
const never = () => new Promise<never>(() => {})

/** A host in this very thread, which counts its runs; the model's own methods are not to be asked. */
function hosted(host: Partial<RunHost> = {}) {
  const there = toyModel()
  const model = toyModel()
  const seen: { options: unknown; watched: Promise<void> }[] = []
  hostRuns(model, {
    busy: () => false,
    async draw(asked, options, emit, { signal = new AbortController().signal, watched }) {
      seen.push({ options, watched })
      return draw(there, structuredClone(asked), options, emit, signal)
    },
    ...host,
  })
  return { model, there, seen }
}

const collect = async (run: AsyncIterable<RunEvent>) => {
  const events: RunEvent[] = []
  for await (const event of run) events.push(event)
  return events
}

describe('a run on a model with a host', () => {
  it('is drawn there, with the same result and events', async () => {
    const { model, there, seen } = hosted()
    const here = toyModel()
    const options = { previews: { every: 1 }, signal: new AbortController().signal }
    const [own, other] = [generate(model, recipe, options), generate(here, recipe, options)]
    const plain = ({ ms, ...event }: RunEvent & { ms?: number }) => event
    expect((await collect(own)).map(plain)).toEqual((await collect(other)).map(plain))
    const [a, b] = [await own.result, await other.result]
    expect([a.latents, a.image, a.record]).toEqual([b.latents, b.image, b.record])
    expect(there.log.requests).toHaveLength(here.log.requests.length)
    expect(model.log.requests).toHaveLength(0)
    expect(seen[0].options).toEqual({ previews: { every: 1 } })
  })

  it('is drawn here where it is more than data, or where the model is a changed copy', async () => {
    const own = definePlugin({ ...general, name: 'own' })
    const { model, there } = hosted()
    const results = await Promise.all([
      generate(model, { ...recipe, scale: () => 3 }).result,
      generate(model, { ...recipe, guidance: 'own' }, { plugins: [own] }).result,
      generate(model, { ...recipe, guidance: { name: 'window', of: [{ name: 'own' }] } }, { plugins: [own] }).result,
      generate(model, recipe, { models: { weak: toyModel() } }).result,
      generate({ ...model }, recipe).result,
    ])
    expect(results).toHaveLength(5)
    expect(there.log.requests).toHaveLength(0)
    expect(model.log.requests.length).toBeGreaterThan(0)
  })

  it('goes there with any guidance that every program knows, wrappers too, and one after another for many seeds', async () => {
    const { model, seen } = hosted()
    await generate(model, { ...recipe, guidance: { name: 'rescale', of: [{ name: 'window' }] } }).result
    await Promise.all(generateMany(model, recipe, ['1', '2']).map(({ result }) => result))
    expect(seen).toHaveLength(3)
    expect(model.log.requests).toHaveLength(0)
  })

  it('is refused at once though the host is busy', async () => {
    const { model } = hosted({ busy: () => true, draw: never })
    await expect(generate(model, { ...recipe, steps: -1 }).result).rejects.toMatchObject({ code: 'recipe-invalid' })
    await expect(generate(model, { ...recipe, guidance: 'none such' }).result).rejects.toMatchObject({
      code: 'guidance-unknown',
    })
  })

  it('aborts at once, and before it has begun', async () => {
    const { model, seen } = hosted({ draw: never })
    const run = generate(model, recipe)
    run.abort(new Error('enough'))
    await expect(run.result).rejects.toThrow('enough')
    await expect(generate(model, recipe, { signal: AbortSignal.abort(new Error('before')) }).result).rejects.toThrow(
      'before',
    )
    expect(seen).toHaveLength(0)
  })

  it('tells the host when somebody begins to read its events', async () => {
    const { model, seen } = hosted()
    const run = generate(model, recipe)
    let watched = false
    void seen[0].watched.then(() => {
      watched = true
    })
    await run.result
    expect(watched).toBe(false)
    expect(await collect(run)).toHaveLength(4)
    expect(watched).toBe(true)
  })
})

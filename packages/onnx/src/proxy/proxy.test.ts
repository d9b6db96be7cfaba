import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { generate, NegError, type Pixels, type RunEvent, type RunResult, tensor } from '@neg/core'
import type { Conditioning, DenoiseRow } from '@neg/core/adapter'
import type { draw } from '@neg/core/internal'
import { afterEach, describe, expect, it } from 'vitest'
import type { OnnxModel } from '../model/onnx-model'
import { connectModel } from './connect-model'
import type { Port } from './port'
import { serveModel } from './serve-model'

const info = {
  id: 'toy',
  digest: 'd',
  tokenLimits: { text_encoder: 77 },
  distilled: false,
  latent: { channels: 1, pixelsPer: 8 },
  size: { width: 8, height: 8 },
  sizeMultiple: 8,
  null: 'empty-text',
  scheduler: { name: 'DDIMScheduler', config: {} },
  timestep: { batched: true, integer: false },
  gradients: {},
  numerics: { backend: 'toy', runtime: '1', device: 'cpu', threads: 1 },
} as const

/** A model whose denoise waits until told, and which counts what happens to it. */
function toy() {
  const seen = { released: 0, disposed: 0, encoded: 0, signals: [] as (AbortSignal | undefined)[] }
  const gates: (() => void)[] = []
  const model: OnnxModel = {
    info,
    provides: new Set(['encode-image'] as const),
    prepare: async (needs) => ({ graph: [...needs].join('+') || 'plain' }),
    async encode(prompts) {
      seen.encoded++
      return prompts.map(
        (prompt): Conditioning => ({
          id: `id of ${prompt.text}`,
          prompt,
          words: [{ word: String(prompt.text), tokens: [1] }],
          length: 77,
          warnings: [],
          tensors: async () => ({ encoder_hidden_states: tensor(Float32Array.of(1, 2), [1, 2]) }),
          release: () => seen.released++,
        }),
      )
    },
    async denoise({ rows }, { signal }) {
      seen.signals.push(signal)
      await new Promise<void>((resolve) => gates.push(resolve))
      const ids = rows.map((row) => row.conditioning.id.length)
      return {
        rows: rows.map(({ input, t }, i) => ({
          output: tensor(
            input.data.map((x) => x + t + ids[i]),
            input.shape,
          ),
        })),
        calls: 1,
        rowsPerCall: rows.length,
        ms: 1,
      }
    },
    async decode(latents): Promise<Pixels> {
      if (latents.data[0] === 0) throw new NegError('decode-not-finite', 'not finite', { where: 'vae_decoder' })
      if (latents.data[0] === 1) throw new TypeError('a bug')
      return { width: 1, height: 1, data: Uint8ClampedArray.of(1, 2, 3, 4) }
    },
    async dispose() {
      seen.disposed++
    },
  }
  const open = async () => {
    while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve))
    gates.shift()?.()
  }
  return { model, seen, open, waiting: () => gates.length }
}

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Where messages cannot be had without the event loop (Deno): it gets its turn. */
const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

async function connected(
  load: () => Promise<OnnxModel>,
  options: Parameters<typeof serveModel>[2] = {},
  polls?: Port['poll'],
) {
  const { port1, port2 } = new MessageChannel()
  closing.push(() => port1.close())
  let ended = 0
  const port = (side: typeof port1): Port => {
    let hear = (_data: unknown) => {}
    return {
      post: (message, transfer = []) => side.postMessage(message, transfer),
      listen(message, lost) {
        hear = message
        side.on('message', message)
        side.on('close', () => lost(new Error('closed')))
      },
      poll() {
        if (polls) return polls()
        for (let one = receiveMessageOnPort(side); one; one = receiveMessageOnPort(side)) hear(one.message)
      },
    }
  }
  serveModel(port(port2), load, options)
  const end = async () => {
    ended++
    port1.close()
  }
  return {
    connect: () => connectModel({ port: port(port1), load: null, end }),
    kill: () => port2.close(),
    ended: () => ended,
  }
}

const encodeOne = async (model: OnnxModel, text: string) => (await model.encode([{ text }], { width: 8, height: 8 }))[0]

const row = (conditioning: Conditioning, values = Float32Array.of(1, 2)): DenoiseRow => ({
  picture: 'p',
  input: tensor(values, [1, 1, 2]),
  t: 10,
  conditioning,
})

const turns = async (n: number) => {
  for (let i = 0; i < n; i++) await new Promise((resolve) => setImmediate(resolve))
}

describe('a model behind a port', () => {
  it('stands for the one in the worker', async () => {
    const { model, open } = toy()
    const { connect } = await connected(async () => model)
    const remote = await connect()
    expect(remote.info).toEqual(info)
    expect(remote.provides).toEqual(new Set(['encode-image']))
    expect(remote.gradient).toBeUndefined()
    expect(await remote.prepare(new Set(['attention.capture'] as const), {})).toEqual({ graph: 'attention.capture' })
    const conditioning = await encodeOne(remote, 'abc')
    expect(conditioning).toMatchObject({
      id: 'id of abc',
      prompt: { text: 'abc' },
      words: [{ word: 'abc', tokens: [1] }],
    })
    expect((await conditioning.tensors?.())?.encoder_hidden_states.data).toEqual(Float32Array.of(1, 2))
    const input = Float32Array.of(1, 2)
    const answer = remote.denoise({ rows: [row(conditioning, input)] }, {})
    await open()
    expect((await answer).rows[0].output).toEqual({ data: Float32Array.of(20, 21), shape: [1, 1, 2] })
    expect(input.length).toBe(2)
    await remote.dispose()
  })

  it('gives errors back as they were, and a bug as a bug', async () => {
    const { model } = toy()
    const { connect } = await connected(async () => model)
    const remote = await connect()
    const decode = (x: number) => remote.decode(tensor(Float32Array.of(x), [1, 1, 1]), {})
    await expect(decode(0)).rejects.toMatchObject({
      code: 'decode-not-finite',
      message: 'not finite',
      where: 'vae_decoder',
    })
    await expect(decode(1)).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('a bug') })
    await expect(decode(2)).resolves.toMatchObject({ width: 1 })
    await remote.dispose()
  })

  it('fails to load with the worker’s error, and ends the worker', async () => {
    const { connect, ended } = await connected(() => Promise.reject(new NegError('model-missing', 'no such model')))
    await expect(connect()).rejects.toMatchObject({ code: 'model-missing' })
    expect(ended()).toBe(1)
  })

  it('releases conditionings there: once each, by whoever asks first', async () => {
    const { model, seen } = toy()
    const { connect } = await connected(async () => model)
    const remote = await connect()
    const conditioning = await encodeOne(remote, 'a')
    conditioning.release()
    conditioning.release()
    await expect(remote.denoise({ rows: [row(conditioning)] }, {})).rejects.toMatchObject({ code: 'internal' })
    await encodeOne(remote, 'b')
    expect(seen.released).toBe(1)
    await remote.dispose()
  })

  it('aborts at once with the reason; the call ends in the background and its result is dropped', async () => {
    const { model, seen, open, waiting } = toy()
    const { connect } = await connected(async () => model)
    const remote = await connect()
    const conditioning = await encodeOne(remote, 'a')
    const controller = new AbortController()
    const answer = remote.denoise({ rows: [row(conditioning)] }, { signal: controller.signal })
    while (waiting() === 0) await turns(1)
    const reason = new Error('stop')
    controller.abort(reason)
    await expect(answer).rejects.toBe(reason)
    await turns(5)
    expect(seen.signals[0]?.aborted).toBe(true)
    await open()
    const next = remote.denoise({ rows: [row(conditioning)] }, {})
    await open()
    await expect(next).resolves.toMatchObject({ calls: 1 })
    const before = AbortSignal.abort(reason)
    await expect(remote.decode(tensor(Float32Array.of(2), [1, 1, 1]), { signal: before })).rejects.toBe(reason)
    await remote.dispose()
  })

  it('releases what an aborted encode still made', async () => {
    const { model, seen } = toy()
    const { connect } = await connected(async () => model)
    const remote = await connect()
    const controller = new AbortController()
    const answer = remote.encode([{ text: 'a' }, { text: 'b' }], { width: 8, height: 8, signal: controller.signal })
    controller.abort(new Error('stop'))
    await expect(answer).rejects.toThrow('stop')
    while (seen.released < 2) await turns(1)
    expect(seen).toMatchObject({ encoded: 1, released: 2 })
    await remote.dispose()
  })

  it('disposes once: waiters are rejected, the worker ends, later calls are refused', async () => {
    const { model, seen, open, waiting } = toy()
    const { connect, ended } = await connected(async () => model)
    const remote = await connect()
    const conditioning = await encodeOne(remote, 'a')
    const answer = remote.denoise({ rows: [row(conditioning)] }, {})
    const rejected = expect(answer).rejects.toMatchObject({ code: 'disposed' })
    while (waiting() === 0) await turns(1)
    const disposal = remote.dispose()
    expect(remote.dispose()).toBe(disposal)
    await rejected
    await open()
    await disposal
    expect(seen.disposed).toBe(1)
    expect(ended()).toBe(1)
    await expect(encodeOne(remote, 'a')).rejects.toMatchObject({ code: 'disposed' })
    conditioning.release()
  })

  it('says that the worker is gone, to those who wait and those who come later; can still be disposed of', async () => {
    const { model, waiting } = toy()
    const { connect, kill, ended } = await connected(async () => model)
    const remote = await connect()
    const conditioning = await encodeOne(remote, 'a')
    const answer = remote.denoise({ rows: [row(conditioning)] }, {})
    const lost = expect(answer).rejects.toMatchObject({ code: 'worker-lost' })
    while (waiting() === 0) await turns(1)
    kill()
    await lost
    await expect(encodeOne(remote, 'a')).rejects.toMatchObject({ code: 'worker-lost' })
    await remote.dispose()
    expect(ended()).toBe(1)
  })

  describe('that draws runs', () => {
    const warning = (message: string): RunEvent => ({ type: 'warning', code: 'x', message })
    const step = (x: Float32Array): RunEvent => ({
      ...{ type: 'step-end', step: 0, steps: 1, call: 1, calls: 1, run: 1, elided: 0, observed: 0, ms: 1 },
      x: tensor(x, [x.length]),
    })

    /** A run that goes on when told. */
    async function drawing() {
      const { model } = toy()
      const calls: Parameters<typeof draw>[] = []
      let end = (_result: RunResult | Error) => {}
      const there: typeof draw = (...args) => {
        calls.push(args)
        return new Promise((resolve, reject) => {
          end = (result) => (result instanceof Error ? reject(result) : resolve(result))
        })
      }
      const { connect } = await connected(async () => model, { draw: there })
      const remote = await connect()
      const begun = async () => {
        while (calls.length === 0) await turns(1)
        const [, recipe, options, emit, signal] = calls[0]
        return { recipe, options, emit, signal }
      }
      return { remote, begun, end: (result: RunResult | Error) => end(result) }
    }

    it('hands over a run as data, and gives its result and all its events', async () => {
      const { remote, begun, end } = await drawing()
      const run = generate(remote, { prompt: 'a', seed: 7n }, { previews: { every: 2 } })
      const { recipe, options, emit } = await begun()
      expect([recipe, options]).toEqual([{ prompt: 'a', seed: 7n }, { previews: { every: 2 } }])
      const x = Float32Array.of(1, 2)
      emit(warning('first'))
      emit(step(x))
      end({ latents: tensor(x, [2]), record: { format: 1 } } as RunResult)
      const { latents } = await run.result
      expect(latents).toEqual(tensor(Float32Array.of(1, 2), [2]))
      const events: RunEvent[] = []
      for await (const event of run) events.push(event)
      expect(events).toEqual([warning('first'), step(Float32Array.of(1, 2))])
      // The last step's latents are the result's: one array there, one here, though it was moved.
      expect(events[1]).toMatchObject({ x: { data: latents.data } })
      await remote.dispose()
    })

    it('sends events while the run goes on once somebody reads them, those from before first', async () => {
      const { remote, begun, end } = await drawing()
      const run = generate(remote, { prompt: 'a' })
      const { emit } = await begun()
      emit(warning('before'))
      const events = run[Symbol.asyncIterator]()
      expect((await events.next()).value).toEqual(warning('before'))
      emit(warning('now'))
      expect((await events.next()).value).toEqual(warning('now'))
      end({} as RunResult)
      expect((await events.next()).done).toBe(true)
      await remote.dispose()
    })

    it('gives the events of a run that failed, and its error', async () => {
      const { remote, begun, end } = await drawing()
      const run = generate(remote, { prompt: 'a' })
      const { emit } = await begun()
      emit(warning('a bad sign'))
      end(new NegError('out-of-memory', 'too large', { where: 'unet' }))
      await expect(run.result).rejects.toMatchObject({ code: 'out-of-memory', where: 'unet' })
      const events = run[Symbol.asyncIterator]()
      expect((await events.next()).value).toEqual(warning('a bad sign'))
      await expect(events.next()).rejects.toMatchObject({ code: 'out-of-memory' })
      await remote.dispose()
    })

    it('aborts at once, and the run there too', async () => {
      const { remote, begun, end } = await drawing()
      const run = generate(remote, { prompt: 'a' })
      const { signal } = await begun()
      run.abort(new Error('enough'))
      await expect(run.result).rejects.toThrow('enough')
      await turns(5)
      expect(signal.aborted).toBe(true)
      end({} as RunResult)
      await remote.dispose()
    })

    it.each([
      ['though the event loop has had no turn', undefined],
      ['for which the event loop gets its turn', turn],
    ])('hears of an abort before each network call, %s', async (_, polls) => {
      const { model } = toy()
      const heard: boolean[] = []
      const listening: OnnxModel = {
        ...model,
        async denoise(_request, { signal } = {}) {
          heard.push(signal!.aborted)
          throw signal!.reason
        },
      }
      const there: typeof draw = async (own, _recipe, _options, _emit, signal) => {
        heard.push(signal.aborted)
        return own.denoise({ rows: [] }, { signal }) as never
      }
      const { connect } = await connected(async () => listening, { draw: there }, polls)
      const remote = await connect()
      const run = generate(remote, { prompt: 'a' })
      run.abort(new Error('enough'))
      await expect(run.result).rejects.toThrow('enough')
      await remote.dispose()
      expect(heard).toEqual([false, true])
    })

    it('refuses a recipe that can’t even be sent, and one that is wrong while the thread is busy', async () => {
      const { remote, begun, end } = await drawing()
      const unsendable = { prompt: () => 'a' } as never
      await expect(generate(remote, unsendable).result).rejects.toMatchObject({
        code: 'recipe-invalid',
        where: 'prompt',
      })
      const run = generate(remote, { prompt: 'a' })
      await begun()
      await expect(generate(remote, { prompt: 'a', steps: 0 }).result).rejects.toMatchObject({ code: 'recipe-invalid' })
      end({} as RunResult)
      await run.result
      await remote.dispose()
    })
  })
})

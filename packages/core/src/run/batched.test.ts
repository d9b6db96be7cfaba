import { expect, test } from 'vitest'
import type { DenoiseResult, DenoiseRow } from '../model/denoise'
import { batched } from './batched'
import { toyModel } from './toy-model.test-helper'

const row = (picture: string): DenoiseRow => ({
  picture,
  t: 500,
  input: { data: Float32Array.of(1, 2), shape: [1, 1, 2] },
  conditioning: { id: 'a', prompt: { text: 'a' }, words: [], length: 77, warnings: [], release: () => {} },
})

/** Two runs that joined a model which answers when told to. */
function twoRuns() {
  const toy = toyModel()
  const requests: { rows: readonly DenoiseRow[]; signal: AbortSignal; answer(): void }[] = []
  const model = batched({
    ...toy,
    denoise: async (request, { signal }) => {
      await new Promise<void>((answer) => requests.push({ rows: request.rows, signal: signal!, answer }))
      signal?.throwIfAborted()
      return { ...(await toy.denoise(request, {})), ms: 300 }
    },
  })
  const [first, second] = [new AbortController(), new AbortController()]
  for (let i = 0; i < 2; i++) model.join()
  const results = [
    model.denoise({ rows: [row('p')] }, { signal: first.signal }),
    model.denoise({ rows: [row('q'), row('q')] }, { signal: second.signal }),
  ]
  for (const result of results) result.catch(() => {})
  const sent = async () => {
    await expect.poll(() => requests.length).toBe(1)
    return requests[0]
  }
  return { first, second, results, sent }
}

test('a joined request goes on while anybody waits for it, and is given up when nobody does', async () => {
  const { first, second, results, sent } = twoRuns()
  const { rows, signal } = await sent()
  expect(rows.map(({ picture }) => picture)).toEqual(['p', 'q', 'q'])
  first.abort(new Error('enough'))
  await expect(results[0]).rejects.toThrow('enough')
  expect(signal.aborted).toBe(false)
  second.abort(new Error('me too'))
  await expect(results[1]).rejects.toThrow('me too')
  expect(signal.aborted).toBe(true)
})

test('whoever stays gets its own rows though another left', async () => {
  const { first, results, sent } = twoRuns()
  const { answer } = await sent()
  first.abort(new Error('enough'))
  answer()
  expect((await results[1]).rows).toHaveLength(2)
})

test('a group’s time is shared by its rows: the runs’ times add up to it', async () => {
  const { results, sent } = twoRuns()
  ;(await sent()).answer()
  const told: DenoiseResult[] = await Promise.all(results)
  expect(told.map(({ ms, rows }) => [ms, rows.length])).toEqual([
    [100, 1],
    [200, 2],
  ])
})

test('a run’s signal has no more listeners after a call than before', async () => {
  const toy = toyModel()
  const failing = batched({ ...toy, denoise: () => Promise.reject(new Error('it fails')) })
  for (const model of [batched(toy), failing]) {
    let listeners = 0
    const { signal } = new AbortController()
    const counted = Object.assign(signal, {
      addEventListener: (...args: Parameters<AbortSignal['addEventListener']>) => {
        listeners++
        AbortSignal.prototype.addEventListener.apply(signal, args)
      },
      removeEventListener: (...args: Parameters<AbortSignal['removeEventListener']>) => {
        listeners--
        AbortSignal.prototype.removeEventListener.apply(signal, args)
      },
    })
    for (let i = 0; i < 3; i++) await model.denoise({ rows: [row('p')] }, { signal: counted }).catch(() => {})
    await new Promise((resolve) => setTimeout(resolve))
    expect(listeners).toBe(0)
  }
})

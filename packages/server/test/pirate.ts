import { generate, type RunResult } from '@neg/core'
import type { RemoteEvent, RemoteRun } from '@neg/remote/jobs'
import { expect } from 'vitest'
import { toyModel } from './toy-model.mjs'

export const pirate = { prompt: 'a pirate', negatives: ['eye patch'], seed: '7', steps: 10 }

let here: Promise<RunResult> | undefined

/** The same picture drawn without any server. */
export const drawnHere = () => (here ??= generate(toyModel({ ms: 0 }), pirate).result)

/** Follows a run to its end: every step once and in order, and the result that a run here has. */
export async function expectWhole(run: RemoteRun): Promise<RemoteEvent[]> {
  const events: RemoteEvent[] = []
  for await (const event of run) events.push(event)
  const calls = events.flatMap((event) => (event.type === 'step-end' ? [event.call] : []))
  expect(calls).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
  const [there, local] = [await run.result, await drawnHere()]
  expect(there.latents).toEqual(local.latents)
  expect(there.image).toEqual(local.image)
  expect(there.record).toEqual(local.record)
  return events
}

import { NegError } from '@neg/core'
import { expect, it } from 'vitest'
import { createResidency, type Keeping, type Stage } from './residency'
import type { Session } from './session'

/** Opens sessions of stages, at most `room` at a time, and tells which are open. */
function held(keeping: Keeping, room = Number.POSITIVE_INFINITY) {
  const residency = createResidency(keeping)
  const opened = new Set<Stage>()
  const stages: readonly Stage[] = ['text', 'denoise', 'image', 'judge']
  for (const stage of stages) residency.join(stage, async () => void opened.delete(stage))
  const open = (stage: Stage) =>
    residency.open(stage, async () => {
      if (opened.size >= room) throw new NegError('out-of-memory', 'full')
      opened.add(stage)
      return {} as Session
    })
  return { open, opened: () => [...opened] }
}

it('keeps every network', async () => {
  const { open, opened } = held('keep')
  for (const stage of ['text', 'denoise', 'image'] as const) await open(stage)
  expect(opened()).toEqual(['text', 'denoise', 'image'])
})

it('keeps those of one stage where memory is short', async () => {
  const { open, opened } = held('low', 1)
  for (const stage of ['text', 'denoise', 'image', 'text'] as const) {
    await open(stage)
    expect(opened()).toEqual([stage])
  }
})

it('makes room once one does not fit, if nobody said to keep all', async () => {
  const spare = held('spare', 2)
  for (const stage of ['text', 'denoise', 'image'] as const) await spare.open(stage)
  expect(spare.opened()).toEqual(['image'])
  const keep = held('keep', 2)
  for (const stage of ['text', 'denoise'] as const) await keep.open(stage)
  await expect(keep.open('image')).rejects.toMatchObject({ code: 'out-of-memory' })
  expect(keep.opened()).toEqual(['text', 'denoise'])
  await expect(held('spare', 0).open('text')).rejects.toMatchObject({ code: 'out-of-memory' })
})

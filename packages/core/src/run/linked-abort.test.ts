import { getEventListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import v8 from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { linkedAbort } from './linked-abort'

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

test('aborts with the first that does, with its reason, and leaves no listener behind', () => {
  const [first, second] = [new AbortController(), new AbortController()]
  const { signal } = linkedAbort(first.signal, undefined, second.signal)
  expect(signal.aborted).toBe(false)
  second.abort('why')
  first.abort('later')
  expect(signal.reason).toBe('why')
  expect([first, second].map(({ signal }) => listeners(signal))).toEqual([0, 0])
})

test('is aborted from the start where one is', () => {
  const [other, gone] = [new AbortController(), AbortSignal.abort('before')]
  const { signal } = linkedAbort(other.signal, gone)
  expect(signal.reason).toBe('before')
  expect(listeners(other.signal)).toBe(0)
})

test('unlinked, follows no more', () => {
  const outer = new AbortController()
  const { controller, signal, unlink } = linkedAbort(outer.signal)
  expect(listeners(outer.signal)).toBe(1)
  unlink()
  expect(listeners(outer.signal)).toBe(0)
  outer.abort()
  expect(signal.aborted).toBe(false)
  controller.abort('own')
  expect(signal.reason).toBe('own')
})

test('many links of one signal are one listener, and each goes alone', () => {
  const outer = new AbortController()
  const links = Array.from({ length: 12 }, () => linkedAbort(outer.signal))
  expect(listeners(outer.signal)).toBe(1)
  links[3].unlink()
  links[3].unlink()
  expect(listeners(outer.signal)).toBe(1)
  outer.abort('all')
  expect(links.map(({ signal }) => signal.reason)).toEqual(links.map((_, i) => (i === 3 ? undefined : 'all')))
  expect(listeners(outer.signal)).toBe(0)
})

test('is not lost when garbage is collected: links of links whose signals nobody holds', async () => {
  v8.setFlagsFromString('--expose-gc')
  const gc: () => void = runInNewContext('gc')
  const outer = new AbortController()
  const count = 100
  let heard = 0
  for (let i = 0; i < count; i++) {
    const inner = linkedAbort(linkedAbort(outer.signal, new AbortController().signal).signal)
    inner.signal.addEventListener('abort', () => heard++)
  }
  for (let i = 0; i < 10; i++) {
    gc()
    await sleep(1)
  }
  outer.abort()
  expect(heard).toBe(count)
})

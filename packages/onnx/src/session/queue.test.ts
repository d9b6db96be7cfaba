import { describe, expect, it } from 'vitest'
import { createQueue } from './queue'

describe('createQueue', () => {
  it('never runs two at a time, and keeps the order', async () => {
    const queue = createQueue()
    const seen: string[] = []
    let running = 0
    const job = (name: string) => async () => {
      expect(++running).toBe(1)
      await new Promise((resolve) => setImmediate(resolve))
      running--
      seen.push(name)
      return name
    }
    const answers = await Promise.all(['a', 'b', 'c'].map((name) => queue(job(name))))
    expect(answers).toEqual(['a', 'b', 'c'])
    expect(seen).toEqual(answers)
  })

  it('goes on after a failure', async () => {
    const queue = createQueue()
    const failed = queue(() => Promise.reject(new Error('first')))
    const next = queue(() => Promise.resolve(2))
    await expect(failed).rejects.toThrow('first')
    await expect(next).resolves.toBe(2)
  })

  it('never starts what was aborted while it waited', async () => {
    const queue = createQueue()
    const controller = new AbortController()
    let started = false
    const first = queue(() => new Promise<void>((resolve) => setImmediate(resolve)))
    const second = queue(
      async () => {
        started = true
      },
      { signal: controller.signal },
    )
    controller.abort(new Error('changed my mind'))
    await expect(second).rejects.toThrow('changed my mind')
    await first
    expect(started).toBe(false)
  })
})

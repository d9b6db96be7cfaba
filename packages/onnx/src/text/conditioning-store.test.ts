import { zeros } from '@neg/core/tensor'
import { describe, expect, it } from 'vitest'
import { createConditioningStore } from './conditioning-store'

const embedding = () => Promise.resolve({ inputs: {}, text: zeros([77, 4]) })

describe('createConditioningStore', () => {
  it('makes an embedding once for equal ids, and forgets it with the last handle', async () => {
    const store = createConditioningStore()
    let made = 0
    const make = () => {
      made++
      return embedding()
    }
    const [a, b] = await Promise.all([store.acquire('x', make), store.acquire('x', make)])
    expect(a).toBe(b)
    expect(made).toBe(1)
    store.release('x')
    expect(store.get('x')).toBe(a)
    store.release('x')
    expect(store.size).toBe(0)
    expect(() => store.get('x')).toThrow(expect.objectContaining({ code: 'internal' }))
    await store.acquire('x', make)
    expect(made).toBe(2)
  })

  it('does not remember a failure', async () => {
    const store = createConditioningStore()
    await expect(store.acquire('x', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(store.size).toBe(0)
    await expect(store.acquire('x', embedding)).resolves.toBeDefined()
  })
})

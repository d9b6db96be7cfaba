import { tensor } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { tokenizePrompt } from '../tokenizer/windows'
import { promptEncoder } from './prompt-encoder'
import type { TextEncoder } from './text-encoder'
import type { TextPlan } from './text-plan'

/** An encoder of one token a character, that counts its calls and fails for a text. */
function counted(failing?: string) {
  const calls: string[] = []
  const tokenizer = {
    bos: 0,
    eos: 1,
    pad: 1,
    limit: 8,
    tokenize: (text: string) => [...text].map((_, i) => ({ id: i + 2, from: i, to: i + 1 })),
  }
  const encoder: TextEncoder = {
    part: 'text_encoder',
    kind: 'clip',
    sequence: true,
    withTokens: () => encoder,
    limit: tokenizer.limit,
    room: tokenizer.limit - 2,
    tokenize: (text, long) => tokenizePrompt(tokenizer, text, long),
    async encode({ text }, _long, windows) {
      calls.push(text)
      if (text === failing) throw new Error('it fails')
      return { hidden: tensor(new Float32Array(windows * 8).fill(text.length), [windows * 8, 1]) }
    },
  }
  return { encoder, calls }
}
const size = { width: 64, height: 64 }
const plan: TextPlan = {
  encoders: [],
  input: 'encoder_hidden_states',
  zeros: false,
  sequence: ([length]) => ({ starts: [0], length }),
  width: ([width]) => width,
  join: ([{ hidden }]) => ({ encoder_hidden_states: hidden }),
}
const context = { null: 'empty-text', plan } as const

describe('promptEncoder', () => {
  it('gives no conditioning of one model the id of another’s', async () => {
    const { encoder } = counted()
    const [one, other] = ['a', 'b'].map((digest) => promptEncoder([encoder], { ...context, digest }))
    const [[mine], [again], [theirs]] = await Promise.all([
      one.encode([{ text: 'man' }], size),
      one.encode([{ text: 'man' }], size),
      other.encode([{ text: 'man' }], size),
    ])
    expect(again.id).toBe(mine.id)
    expect(theirs.id).not.toBe(mine.id)
    expect(() => other.tensorsOf(mine)).toThrow(expect.objectContaining({ code: 'internal' }))
  })

  it('holds nothing of a call that failed half way, or was aborted there', async () => {
    const { encoder, calls } = counted('fails')
    const { encode } = promptEncoder([encoder], { ...context, digest: 'a' })
    await expect(encode([{ text: 'man' }, { text: 'fails' }], size)).rejects.toThrow('it fails')
    const controller = new AbortController()
    const aborted = encode([{ text: 'man' }, { text: 'hat' }], { ...size, signal: controller.signal })
    controller.abort(new Error('stop'))
    await expect(aborted).rejects.toThrow('stop')
    await encode([{ text: 'man' }], size)
    // Had the first one been held, it would not have been encoded again.
    expect(calls.filter((text) => text === 'man')).toHaveLength(3)
  })

  it('encodes what is held already no second time, and frees it with its last handle', async () => {
    const { encoder, calls } = counted()
    const { encode, tensorsOf } = promptEncoder([encoder], { ...context, digest: 'a' })
    const [[first], [second]] = [await encode([{ text: 'man' }], size), await encode([{ text: 'man' }], size)]
    expect(calls).toEqual(['man'])
    first.release()
    first.release()
    expect(tensorsOf(second)).toHaveProperty('text')
    second.release()
    expect(() => tensorsOf(second)).toThrow(expect.objectContaining({ code: 'internal' }))
  })

  it('takes a text that fits into one window for the same however long ones are treated', async () => {
    const { encoder } = counted()
    const { encode } = promptEncoder([encoder], { ...context, digest: 'a' })
    const ids = async (text: string) =>
      (await encode([{ text }, { text, longPrompts: 'chunk' }], size)).map(({ id }) => id)
    // Six characters and the two special tokens are a window.
    expect(new Set(await ids('sixsix')).size).toBe(1)
    expect(new Set(await ids('sevenxx')).size).toBe(2)
  })
})

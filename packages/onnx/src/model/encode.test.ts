import type { Tensor } from '@neg/core'
import type { Conditioning, PromptInput } from '@neg/core/adapter'
import { cosine, times } from '@neg/core/tensor'
import { afterAll, describe, expect, it } from 'vitest'
import { localModel } from '../../test/local-model'

const portraits = await localModel('packages/portraits/model')
const sdxl = await localModel('fixtures/layouts/tiny-sdxl')
afterAll(() => Promise.all([portraits.dispose(), sdxl.dispose()]))

const size = { width: 64, height: 96 }
const encode = (prompts: readonly PromptInput[], model = portraits) => model.encode(prompts, size)
const tensors = async (conditioning: Conditioning) => (await conditioning.tensors?.()) as Record<string, Tensor>
const hidden = async (prompt: PromptInput, model = portraits) =>
  (await tensors((await encode([prompt], model))[0]))['encoder_hidden_states']

describe('encode', () => {
  it('gives equal ids to prompts that encode alike, and to no others', async () => {
    const alike: PromptInput[] = [
      { text: 'a man' },
      { text: 'a man', longPrompts: 'truncate', weights: [] },
      { text: 'a man', weights: [[0, 5, 1]] },
      { text: 'a man', weights: [[2, 2, 1.5]] },
      { text: 'x', blend: [{ text: 'a man', weight: 1 }] },
      { text: 'a man', micro: { originalSize: [5, 5] } },
    ]
    const other: PromptInput[] = [
      { text: 'a man ' },
      { text: 'a man', weights: [[0, 5, 1.1]] },
      { text: 'x', blend: [{ text: 'a man', weight: 0.9 }] },
      { text: null },
      { text: null, null: 'zeros' },
    ]
    const ids = async (prompts: PromptInput[]) => (await encode(prompts)).map(({ id }) => id)
    expect(new Set(await ids(alike)).size).toBe(1)
    expect(new Set(await ids([...alike, ...other])).size).toBe(1 + other.length)
  })

  it('begins a new window at a break: the windows of the parts, one after another', async () => {
    for (const model of [portraits, sdxl]) {
      const broken: PromptInput = { text: 'a man a hat', breaks: [6], weights: [[8, 11, 1.3]] }
      const [one, other] = [
        await hidden({ text: 'a man' }, model),
        await hidden({ text: 'a hat', weights: [[2, 5, 1.3]] }, model),
      ]
      for (const longPrompts of ['truncate', 'chunk'] as const) {
        const whole = await hidden({ ...broken, longPrompts }, model)
        expect(whole.shape).toEqual([2 * one.shape[0], one.shape[1]])
        expect([...whole.data]).toEqual([...one.data, ...other.data])
      }
      const [conditioning] = await encode([broken], model)
      expect(conditioning.words.map(({ word, tokens }) => [word, tokens.map((at) => Math.floor(at / 77))])).toEqual([
        ['a', [0]],
        ['man', [0]],
        ['a', [1]],
        ['hat', expect.arrayContaining([1])],
      ])
    }
    const empty = await hidden({ text: '' })
    expect([...(await hidden({ text: 'a man', breaks: [0] })).data]).toEqual([
      ...empty.data,
      ...(await hidden({ text: 'a man' })).data,
    ])
    expect((await hidden({ text: 'a man', breaks: [5] })).shape[0]).toBe(77)
  })

  it('encodes null as the empty text here, as zeros where SDXL says so, and as asked', async () => {
    const [nothing, empty] = await encode([{ text: null }, { text: '' }])
    expect(nothing.id).toBe(empty.id)
    const [auto, asked, text] = await encode([{ text: null }, { text: null, null: 'zeros' }, { text: '' }], sdxl)
    expect(auto.id).toBe(asked.id)
    expect(auto.id).not.toBe(text.id)
    const { encoder_hidden_states: states, text_embeds: pooled } = await tensors(auto)
    expect(states.shape).toEqual([77, 64])
    expect(pooled.shape).toEqual([32])
    expect([...states.data, ...pooled.data].every((x) => x === 0)).toBe(true)
    const [emptyText] = await encode([{ text: null, null: 'empty-text' }], sdxl)
    expect(emptyText.id).toBe(text.id)
  })

  it('tells SDXL the picture’s size, and other sizes where they are given', async () => {
    const [plain, micro] = await encode(
      [
        { text: 'a man' },
        { text: 'a man', micro: { originalSize: [1, 2], cropsCoordsTopLeft: [3, 4], targetSize: [5, 6] } },
      ],
      sdxl,
    )
    expect([...(await tensors(plain)).time_ids.data]).toEqual([96, 64, 0, 0, 96, 64])
    expect([...(await tensors(micro)).time_ids.data]).toEqual([1, 2, 3, 4, 5, 6])
    expect(plain.id).not.toBe(micro.id)
  })

  it('blends in embedding space', async () => {
    const [a, b] = await Promise.all([hidden({ text: 'a man' }), hidden({ text: 'glasses' })])
    const blend = [
      { text: 'a man', weight: 0.25 },
      { text: 'glasses', weight: 0.75 },
    ]
    const mixed = await hidden({ text: 'glasses', blend })
    mixed.data.forEach((x, i) => {
      expect(x).toBeCloseTo(0.25 * a.data[i] + 0.75 * b.data[i], 6)
    })
    const faded = await hidden({ text: 'x', blend: [{ text: 'a man', weight: 0.5 }] })
    expect(faded.data).toEqual(times(0.5, a).data)
    const words = (await encode([{ text: 'glasses', blend }]))[0].words
    expect(words).toEqual([{ word: 'glasses', tokens: [1] }])
  })

  it('weighs characters', async () => {
    const plain = await hidden({ text: 'a man with glasses' })
    const weighed = await hidden({ text: 'a man with glasses', weights: [[11, 18, 1.5]] })
    const row = (states: Tensor, i: number) => ({ data: states.data.slice(i * 128, (i + 1) * 128), shape: [128] })
    const ratio = (i: number) => Math.hypot(...row(weighed, i).data) / Math.hypot(...row(plain, i).data)
    for (let i = 0; i < 77; i++) expect(cosine(row(plain, i), row(weighed, i))).toBeCloseTo(1, 5)
    // Token 4 is "glasses"; restoring the mean scales every row alike.
    expect(ratio(4) / ratio(1)).toBeCloseTo(1.5, 5)
    expect(ratio(60) / ratio(1)).toBeCloseTo(1, 5)
  })

  it('reads a long prompt in windows, or says which words it left out', async () => {
    const text = `${'man '.repeat(75)}glasses, night sky`
    const [cut] = await encode([{ text }])
    expect(cut.length).toBe(77)
    expect(cut.warnings).toHaveLength(1)
    expect(cut.warnings[0].code).toBe('prompt-truncated')
    expect(cut.warnings[0].message).toContain('Cut off: glasses night sky.')
    const [whole] = await encode([{ text, longPrompts: 'chunk' }])
    expect(whole.length).toBe(154)
    expect(whole.warnings).toEqual([])
    const states = (await tensors(whole))['encoder_hidden_states']
    expect(states.shape).toEqual([154, 128])
    expect(states.data.subarray(0, 77 * 128)).toEqual((await hidden({ text: 'man '.repeat(75) })).data)
    expect(states.data.subarray(77 * 128)).toEqual((await hidden({ text: 'glasses, night sky' })).data)
    expect(whole.words.at(-1)).toEqual({ word: 'sky', tokens: [81] })
  })

  it('gives a blend of a short and a long text one length', async () => {
    const long = 'man '.repeat(80)
    const blend = [
      { text: long, weight: 0.5 },
      { text: 'glasses', weight: 0.5 },
    ]
    const [conditioning] = await encode([{ text: 'glasses', longPrompts: 'chunk', blend }])
    expect(conditioning.length).toBe(154)
    expect((await tensors(conditioning))['encoder_hidden_states'].shape).toEqual([154, 128])
  })

  it('pools SDXL’s first window', async () => {
    const text = 'man '.repeat(100)
    const [whole, first] = await encode([{ text, longPrompts: 'chunk' }, { text }], sdxl)
    expect((await tensors(whole)).text_embeds).toEqual((await tensors(first)).text_embeds)
  })

  it('rejects with the signal’s reason, and holds nothing after it', async () => {
    const reason = new Error('stop')
    const signal = AbortSignal.abort(reason)
    await expect(portraits.encode([{ text: 'a man' }], { ...size, signal })).rejects.toBe(reason)
  })

  it('refuses a conditioning that was released', async () => {
    const [conditioning] = await encode([{ text: 'somebody else' }])
    conditioning.release()
    await expect(conditioning.tensors?.()).rejects.toMatchObject({ code: 'internal' })
  })
})

import { describe, expect, it } from 'vitest'
import { cpu } from '../../test/local-model'
import { type OpenGraph, proveAttention } from './attention-proof'

const sizes = [4, 40, 64, 160, 512].flatMap((size) => [77, 300].map((keys) => ({ size, keys })))
const open: OpenGraph = (name, bytes) => cpu.open({ name, bytes })

/** A device whose kernel is right but for what `spoil` does to its answers. */
const spoiled =
  (spoil: (data: Float32Array, keys: number) => Float32Array): OpenGraph =>
  async (name, bytes) => {
    const session = await open(name, bytes)
    return {
      ...session,
      async run(feeds, options) {
        const { attended } = await session.run(feeds, options)
        return { attended: { ...attended, data: spoil(attended.data as Float32Array, feeds['k'].shape[1]) } as never }
      },
    }
  }

describe('proveAttention', () => {
  it('proves the CPU’s kernel, in float32 and float16', async () => {
    expect(await proveAttention(open, sizes, false)).toEqual({ proven: true })
    expect(await proveAttention(open, sizes, true)).toEqual({ proven: true })
  })

  it('finds a kernel that is wrong beyond some tokens, and says where', async () => {
    const off = spoiled((data, keys) => (keys > 100 ? data.map((x) => x * 1.05) : data))
    const proof = await proveAttention(off, sizes, false)
    expect(proof).toMatchObject({
      proven: false,
      why: expect.stringMatching(/off by 5\.0 % .* 300 tokens with heads of 4/),
    })
    const one = spoiled((data) => data.map((x, i) => (i === data.length - 1 ? x + 1 : x)))
    expect(await proveAttention(one, sizes, false)).toMatchObject({ proven: false })
    const none = spoiled((data) => data.map(() => Number.NaN))
    expect(await proveAttention(none, sizes, false)).toMatchObject({ why: expect.stringContaining('no numbers') })
  })

  it('takes a kernel that does not run for one that is not there', async () => {
    const missing: OpenGraph = () => Promise.reject(new Error('no such operator\nat …'))
    expect(await proveAttention(missing, sizes, false)).toEqual({
      proven: false,
      why: 'its kernel does not run: no such operator',
    })
  })
})

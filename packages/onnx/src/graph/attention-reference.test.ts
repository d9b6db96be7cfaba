import { readFileSync } from 'node:fs'
import { generate } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { localModel } from '../../test/local-model'

interface Recorded {
  readonly prompt: string
  readonly negative: string
  readonly scheduler: string
  readonly steps: number
  readonly scale: number
  readonly seed: number
  readonly normsPerCall: readonly Record<string, Record<'positive' | 'negative', number[]>>[]
  readonly maps: Record<string, Record<'positive' | 'negative', number[]>>
}

const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs))

describe('captured attention', () => {
  it('is what PyTorch hooks on the same weights see', async () => {
    const recorded: Recorded = JSON.parse(readFileSync('fixtures/portraits/attention.json', 'utf8'))
    const model = await localModel('packages/portraits/model')
    const run = generate(
      model,
      {
        prompt: recorded.prompt,
        negatives: [recorded.negative],
        guidance: 'negative-prompt',
        scheduler: recorded.scheduler,
        steps: recorded.steps,
        scale: recorded.scale,
        seed: recorded.seed,
      },
      { capture: { roles: ['positive', 'negative'], tokens: 'all', maps: true }, decode: false },
    )
    let compared = 0
    for await (const event of run) {
      if (event.type !== 'attention') continue
      const role = event.role as 'positive' | 'negative'
      for (const { name, norms, maps = new Float32Array() } of event.capture.layers) {
        const expected = recorded.normsPerCall[event.call][name][role]
        expected.forEach((norm, token) => {
          expect(Math.abs(norms[token] - norm) / largest(expected)).toBeLessThan(1e-3)
        })
        compared++
        if (event.call !== 4) continue
        const map = recorded.maps[name][role]
        map.forEach((value, i) => {
          expect(Math.abs(maps[i] - value) / largest(map)).toBeLessThan(1e-3)
        })
      }
    }
    expect(compared).toBe(recorded.normsPerCall.length * 2 * Object.keys(recorded.maps).length)
    expect((await run.result).record.numerics.graph).toBe('capture+fused')
    await model.dispose()
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type TorchGenerator, torchGenerator } from './torch-generator'

interface Draw {
  kind: 'randn' | 'rand' | 'randn_f16' | 'randn_f64'
  count: number
  values: number[]
  mean: number
}

const recorded: { cases: { seed: number; draws: Draw[] }[] } = JSON.parse(
  readFileSync(new URL('../../../../fixtures/goldens/random.json', import.meta.url), 'utf8'),
)

const draw = (generator: TorchGenerator, kind: Draw['kind'], count: number): number[] =>
  Array.from(
    {
      rand: generator.rand,
      randn: generator.randn,
      randn_f16: generator.randnFloat16,
      randn_f64: generator.randnFloat64,
    }[kind](count),
  )

describe('torchGenerator', () => {
  it('has every recorded case to meet', () => expect(recorded.cases).toHaveLength(94))

  it.each(recorded.cases.map((c, i) => ({ ...c, i, kinds: c.draws.map((d) => `${d.kind} ${d.count}`).join(', ') })))(
    'draws torch’s numbers: case $i, seed $seed, $kinds',
    ({ seed, draws }) => {
      const generator = torchGenerator(seed)
      for (const { kind, count, values, mean } of draws) {
        const all = draw(generator, kind, count)
        const kept = count <= 64 ? all : [...all.slice(0, 16), ...all.slice(-16)]
        // nine recorded digits name one float32; float64 draws are known to those digits only
        if (kind === 'randn_f64') expect(kept.map((v) => Number(v.toPrecision(9)))).toEqual(values)
        else expect(kept).toEqual(values.map(Math.fround))
        expect(all.reduce((sum, v) => sum + v, 0) / count).toBeCloseTo(mean, 12)
      }
    },
  )

  it('takes the low 32 bits of a seed, given as text, bigint or number', () => {
    const of = (seed: string | bigint | number) => Array.from(torchGenerator(seed).randn(20))
    expect(of('4294967301')).toEqual(of(5))
    expect(of(4294967301n)).toEqual(of('5'))
    expect(of(5)).not.toEqual(of(6))
  })
})

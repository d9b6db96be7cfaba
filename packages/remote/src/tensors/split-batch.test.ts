import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { WireTensor } from '../wire/wire-tensor'
import { joinOutputs, splitInputs } from './split-batch'

const tensor = (name: string, shape: number[], first = 0): WireTensor => ({
  name,
  datatype: 'UINT8',
  shape,
  bytes: Uint8Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => first + i),
})

it('what is split comes together as it was, no call with more rows than there may be', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), (batch, most) => {
      const inputs = [tensor('a', [batch, 2]), tensor('b', [batch, 1, 3], 50)]
      const calls = splitInputs(inputs, batch, most)
      expect(calls).toHaveLength(Math.ceil(batch / most))
      for (const call of calls) {
        const [a, b] = call.map(({ shape }) => shape)
        expect(a[0]).toBeLessThanOrEqual(most)
        expect([b[0], a[1], b.slice(1)]).toEqual([a[0], 2, [1, 3]])
      }
      expect(joinOutputs(calls)).toEqual(inputs)
      // Outputs are found by their names.
      if (calls.length > 1)
        expect(joinOutputs([calls[0], ...calls.slice(1).map((call) => call.toReversed())])).toEqual(inputs)
    }),
    { seed: 1 },
  )
})

it('is one call where the server names no bound or takes them all, and tensors of other rows go into each', () => {
  const inputs = [tensor('a', [3, 2]), tensor('timestep', [1], 9)]
  expect(splitInputs(inputs, 3, 0)).toEqual([inputs])
  expect(splitInputs(inputs, 3, 3)).toEqual([inputs])
  expect(splitInputs(inputs, 3, 2).map((call) => call[1])).toEqual([inputs[1], inputs[1]])
})

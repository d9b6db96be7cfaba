import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Parameterisation } from '../model/parameterisation'
import { tensor } from '../tensor/index'
import { edmLevel, flowLevel, ratioLevel } from './level'
import { networkInput, networkPrediction } from './preconditioning'

const x = tensor(Float32Array.of(1, -2, 3), [1, 1, 3])
const output = tensor(Float32Array.of(0.5, 0.25, -1), [1, 1, 3])

describe('preconditioning', () => {
  it('passes VP and flow through untouched', () => {
    for (const [parameterisation, level] of [
      [{ kind: 'vp', prediction: 'v' }, ratioLevel(500, 2)],
      [{ kind: 'flow', prediction: 'flow' }, flowLevel(500, 0.5)],
    ] as const) {
      expect(networkInput(parameterisation, x, level)).toBe(x)
      const prediction = networkPrediction(parameterisation, output, x, level)
      expect(prediction).toEqual({ space: parameterisation.prediction, value: output, x, level })
    }
  })

  const sigma = fc.double({ min: 0.002, max: 80, noNaN: true })
  const edm: Parameterisation = { kind: 'edm', prediction: 'eps', sigmaData: 0.5 }

  it('feeds an EDM network unit variance, whatever the noise', () => {
    fc.assert(
      fc.property(sigma, (s) => {
        const scale = networkInput(edm, x, edmLevel(s)).data[0] / x.data[0]
        // x = x0 + σ n has variance σ_data² + σ²
        expect(scale ** 2 * (0.5 ** 2 + s ** 2)).toBeCloseTo(1, 5)
      }),
      { seed: 1 },
    )
  })

  it('reads an EDM output as D = c_skip x + c_out F, the output’s sign turned for v_prediction', () => {
    fc.assert(
      fc.property(sigma, (s) => {
        const [skip, out] = [0.25 / (s ** 2 + 0.25), (s * 0.5) / Math.sqrt(s ** 2 + 0.25)]
        const read = (prediction: 'eps' | 'v') =>
          networkPrediction({ ...edm, prediction }, output, x, edmLevel(s)).value.data
        read('eps').forEach((value, i) => {
          expect(value).toBeCloseTo(skip * x.data[i] + out * output.data[i], 5)
        })
        read('v').forEach((value, i) => {
          expect(value).toBeCloseTo(skip * x.data[i] - out * output.data[i], 5)
        })
      }),
      { seed: 1 },
    )
  })

  it('tells an EDM network ln(σ)/4', () => expect(edmLevel(Math.E ** 2).t).toBeCloseTo(0.5, 12))
})

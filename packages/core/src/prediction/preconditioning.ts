import type { Parameterisation } from '../model/parameterisation'
import { combine, times } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import type { Level, Prediction } from './prediction'

/** EDM's standard deviation of the data where a model does not say: Karras et al. 2022, table 1. */
const defaultSigmaData = 0.5

/**
 * What the network is fed for x: `c_in x` in EDM (c_in = 1/√(σ² + σ_data²)); x itself in VP and flow, whose x has unit
 * scale already.
 */
export function networkInput(parameterisation: Parameterisation, x: Tensor, level: Level): Tensor {
  if (parameterisation.kind !== 'edm') return x
  const { sigmaData = defaultSigmaData } = parameterisation
  return times(1 / Math.hypot(level.sigma, sigmaData), x)
}

/**
 * What a raw network output says of x. VP and flow: the output is the prediction, in the network's space. EDM: the
 * denoised image D = c_skip x + c_out F (Karras et al. 2022, eq. 7), where a network said to predict `v` has the sign
 * of c_out turned, as in diffusers.
 */
export function networkPrediction(
  parameterisation: Parameterisation,
  output: Tensor,
  x: Tensor,
  level: Level,
): Prediction {
  const { kind, prediction, sigmaData = defaultSigmaData } = parameterisation
  if (kind !== 'edm') return { space: prediction, value: output, x, level }
  const total = Math.hypot(level.sigma, sigmaData)
  const skip = (sigmaData / total) ** 2
  const out = ((prediction === 'v' ? -1 : 1) * level.sigma * sigmaData) / total
  const value = combine([
    [x, skip],
    [output, out],
  ])
  return { space: 'x0', value, x, level }
}

/** `@neg/core/tensor`: tensors and the arithmetic that guidances and schedulers are written in. */
export {
  allFinite,
  combine,
  cosine,
  dot,
  lerp,
  mapValues,
  maxAbs,
  mean,
  minus,
  norm,
  parallel,
  perpendicular,
  plus,
  standardDeviation,
  times,
  zipValues,
} from './arithmetic'
export { sameShape, sizeOf, type Tensor, tensor, zeros } from './tensor'

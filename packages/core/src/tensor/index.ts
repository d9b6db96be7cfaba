export {
  allFinite,
  combine,
  cosine,
  dot,
  lerp,
  map,
  maxAbs,
  mean,
  minus,
  norm,
  parallel,
  perpendicular,
  plus,
  std,
  times,
  zip,
} from './arithmetic'
export { sameShape, sizeOf, type Tensor, tensor, zeros } from './tensor'

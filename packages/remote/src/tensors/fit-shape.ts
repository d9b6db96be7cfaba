import { NegError } from '@neg/core'
import type { RemoteTensor } from './model-signature'

/**
 * A value's shape as the server declares its rank: one number a row [N] becomes [N, 1] for a server that batches, one
 * number [] becomes [1].
 * @throws `remote-refused` when no reading of the value fits
 */
export function fitShape({ info, declared }: RemoteTensor, shape: readonly number[], where: string): readonly number[] {
  if (!declared || declared.length === shape.length) return check(declared, shape, info.name, where)
  const missing = declared.length - shape.length
  const fitted = missing > 0 ? [...shape, ...new Array<number>(missing).fill(1)] : shape
  return check(declared, fitted, info.name, where)
}

function check(
  declared: readonly number[] | undefined,
  shape: readonly number[],
  name: string,
  where: string,
): readonly number[] {
  const fits =
    !declared || (declared.length === shape.length && declared.every((size, axis) => size < 0 || size === shape[axis]))
  if (fits) return shape
  throw new NegError(
    'remote-refused',
    `${where} takes '${name}' as [${declared}] (−1 is free); the run gives [${shape}]. Is it the same model as the local folder's?`,
    { where: name },
  )
}

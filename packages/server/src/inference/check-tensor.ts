import { NegError } from '@neg/core'
import type { ValueInfo } from '@neg/onnx'
import { byteCount, type Datatype, datatypeOf } from '@neg/remote/wire'

const invalid = (where: string, message: string) => new NegError('request-invalid', message, { where })

/** What a request says of a tensor, before any of its bytes are looked at. */
export interface ClaimedTensor {
  readonly name: string
  readonly datatype: string
  readonly shape: readonly number[]
}

/** Sizes that free axes have in this request: axes of one name are equal. */
export type AxisSizes = Map<string, number>

const describe = (shape: ValueInfo['shape']): string =>
  `[${shape.map((size) => (typeof size === 'number' ? size : -1))}]`

/**
 * Checks a tensor's datatype and shape against what the network declares, before memory is set aside for it.
 *
 * @returns the bytes it must have
 * @throws `request-invalid`
 */
export function checkTensor(claimed: ClaimedTensor, info: ValueInfo, sizes: AxisSizes): number {
  const { name, datatype, shape } = claimed
  const expected: Datatype = datatypeOf(info.type)
  if (datatype !== expected) throw invalid(name, `'${name}' has datatype ${datatype}; it is ${expected}.`)
  const fits =
    shape.length === info.shape.length &&
    info.shape.every((size, axis) => shape[axis] > 0 && (typeof size !== 'number' || size === shape[axis]))
  if (!fits) {
    throw invalid(
      name,
      `'${name}' has shape [${shape}]; it is ${describe(info.shape)}, −1 standing for any size above 0.`,
    )
  }
  info.shape.forEach((axis, i) => {
    if (typeof axis !== 'string' || axis === '') return
    const known = sizes.get(axis)
    if (known !== undefined && known !== shape[i]) {
      throw invalid(name, `'${name}' has ${shape[i]} along '${axis}'; another input says ${known}.`)
    }
    sizes.set(axis, shape[i])
  })
  const bytes = byteCount(expected, shape)
  if (bytes === undefined || Number.isNaN(bytes)) throw invalid(name, `'${name}' of shape [${shape}] is too large.`)
  return bytes
}

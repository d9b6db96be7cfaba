import type { Value } from '@neg/onnx'
import { joinBody, jsonData, wireOf } from '@neg/remote/wire'
import type { ReadInfer } from './read-infer'

/** An inference answer: JSON, or JSON and raw tensors where any output was asked for so. */
export function writeAnswer(
  model: string,
  { id, outputs }: Pick<ReadInfer, 'id' | 'outputs'>,
  values: Readonly<Record<string, Value>>,
): { readonly body: Uint8Array<ArrayBuffer> | string; readonly headerLength?: number } {
  const tensors = outputs.map(({ name, binary }) => ({ ...wireOf(name, values[name]), binary }))
  const head = {
    model_name: model,
    model_version: '1',
    ...(id === undefined ? {} : { id }),
    outputs: tensors.map(({ binary, ...tensor }) => ({
      name: tensor.name,
      datatype: tensor.datatype,
      shape: tensor.shape,
      ...(binary ? { parameters: { binary_data_size: tensor.bytes.byteLength } } : { data: jsonData(tensor) }),
    })),
  }
  const raw = tensors.filter(({ binary }) => binary)
  if (raw.length === 0) return { body: JSON.stringify(head) }
  return joinBody(
    head,
    raw.map(({ bytes }) => bytes),
  )
}

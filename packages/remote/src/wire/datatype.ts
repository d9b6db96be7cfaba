import type { ElementType } from '@neg/onnx'

/** The Open Inference Protocol's tensor datatypes, and the bytes an element takes; 0 for BYTES, whose elements vary. */
export const datatypeBytes = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  FP32: 4,
  FP64: 8,
  BF16: 2,
  BYTES: 0,
} as const satisfies Record<string, number>

export type Datatype = keyof typeof datatypeBytes

export const isDatatype = (name: string): name is Datatype => Object.hasOwn(datatypeBytes, name)

const elementTypes: Partial<Record<Datatype, ElementType>> = {
  BOOL: 'bool',
  UINT8: 'uint8',
  INT32: 'int32',
  INT64: 'int64',
  FP16: 'float16',
  FP32: 'float32',
  FP64: 'float64',
  // bfloat16 exists on Triton's wire only; a session takes and gives its numbers as float32.
  BF16: 'float32',
}

/** The element type of a session that carries a datatype; undefined for those that no text-to-image network has. */
export const elementTypeOf = (datatype: Datatype): ElementType | undefined => elementTypes[datatype]

const datatypes: Readonly<Record<ElementType, Datatype>> = {
  bool: 'BOOL',
  uint8: 'UINT8',
  int32: 'INT32',
  int64: 'INT64',
  float16: 'FP16',
  float32: 'FP32',
  float64: 'FP64',
}

/** The datatype that carries a session's element type. */
export const datatypeOf = (type: ElementType): Datatype => datatypes[type]

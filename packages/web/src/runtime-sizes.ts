import type { WorkerKind } from './options'

type Sizes = Readonly<Record<WorkerKind, { readonly bytes: number; readonly compressed: number }>>

/** Measured on onnxruntime-web's files when this package is built (gzip, level 9). */
declare const RUNTIME_SIZES: Sizes

export const runtimeSizes: Sizes = RUNTIME_SIZES

interface Sizes {
  readonly bytes: number
  readonly compressed: number
}

/** Of onnxruntime-web's files, by worker. */
export function runtimeSizes(): Readonly<Record<'wasm' | 'webgpu' | 'webgpu-jspi', Sizes>>

/** What one request may ask for. */
export interface Limits {
  /** Characters of one prompt. Default 10 000. */
  readonly promptLength: number
  /** Texts of a recipe, the prompt and all negatives and roles counted. Default 17. */
  readonly concepts: number
  /** Scheduler steps. Default 200. */
  readonly steps: number
  /** Width × height of what is drawn. Default 4 194 304 (2048²). */
  readonly pixels: number
  /** Pictures of one OpenAI-compatible request. Default 8. */
  readonly images: number
  /** Bytes of a JSON body. Default 1 MiB. */
  readonly jsonBytes: number
  /** Bytes of an uploaded picture. Default 32 MiB. */
  readonly assetBytes: number
  /** Bytes of all pictures that a token may keep uploaded; one of its own may say another number. Default 256 MiB. */
  readonly assetsBytes: number
  /** Uploads that a token may begin within a minute, at one server; one of its own may say another number. Default 60. */
  readonly uploadsPerMinute: number
  /** Width × height of an uploaded picture, read from its header before it is decoded. Default 16 000 000. */
  readonly assetPixels: number
  /** Jobs that wait or run. Default 256. */
  readonly queue: number
  /** Event streams open at a time. Default 256. */
  readonly streams: number
  /** Bytes of an inference request's body. Default 64 MiB. */
  readonly tensorBytes: number
}

export const defaultLimits: Limits = {
  promptLength: 10_000,
  concepts: 17,
  steps: 200,
  pixels: 2048 * 2048,
  images: 8,
  jsonBytes: 1 << 20,
  assetBytes: 32 << 20,
  assetsBytes: 256 << 20,
  uploadsPerMinute: 60,
  assetPixels: 16_000_000,
  queue: 256,
  streams: 256,
  tensorBytes: 64 << 20,
}

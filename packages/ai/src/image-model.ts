/**
 * The AI SDK's image model, version 3 of its specification (`ImageModelV3` of `@ai-sdk/provider`), which `ai` 6 and 7 take; written
 * out, so that neither has to be installed for the other. The two `supports…` are version 4's.
 */
export interface NegImageModel {
  readonly specificationVersion: 'v3'
  readonly provider: 'neg'
  readonly modelId: string
  readonly maxImagesPerCall: number
  readonly supportsFileInputs: boolean
  readonly supportsMaskInputs: boolean
  doGenerate(options: CallOptions): Promise<CallResult>
}

/** What `generateImage` asks for. */
export interface CallOptions {
  readonly prompt: string | undefined
  readonly n: number
  readonly size: `${number}x${number}` | undefined
  readonly aspectRatio: `${number}:${number}` | undefined
  readonly seed: number | undefined
  readonly files: File[] | undefined
  readonly mask: File | undefined
  readonly providerOptions: Readonly<Record<string, Readonly<Record<string, unknown>>>>
  readonly abortSignal?: AbortSignal
  readonly headers?: Readonly<Record<string, string | undefined>>
}

/** A picture that is handed in; text is base64. */
export type File =
  | { readonly type: 'file'; readonly mediaType: string; readonly data: string | Uint8Array }
  | { readonly type: 'url'; readonly url: string }

export type Warning =
  | { type: 'unsupported'; feature: string; details?: string }
  | { type: 'compatibility'; feature: string; details?: string }
  | { type: 'other'; message: string }

type Json = null | string | number | boolean | { [key: string]: Json | undefined } | Json[]

export interface CallResult {
  /** PNG files. */
  images: Uint8Array[]
  warnings: Warning[]
  /** `neg.images[i].record` draws the i-th picture again. */
  providerMetadata: { neg: { images: Json[] } }
  response: { timestamp: Date; modelId: string; headers: undefined }
}

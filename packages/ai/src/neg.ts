import type { DiffusionModel } from '@neg/core'
import type { NegServer } from '@neg/remote/jobs'
import type { CallOptions, CallResult, NegImageModel } from './image-model'
import { onModel } from './on-model'
import { onServer } from './on-server'
import { type Drawn, requestOf } from './request'
import type { NegSettings } from './settings'

/**
 * A neg model as an image model of the AI SDK (`ai` 6 and 7): `generateImage({ model: neg(model), prompt, … })`.
 *
 * What the SDK has no word for is in `providerOptions.neg`, which is a recipe without prompt, seed, size and picture: `negatives`,
 * `guidance`, `scale`, `steps`, `scheduler`, … and `strength` of an input picture. Further pictures of one call (`n`) have the seeds after
 * `seed`. Every picture is a PNG file that carries its record; `providerMetadata.neg.images[i]` has it, too.
 *
 * @param target a model of `node()`, `web()` or `remote()`, or a neg server (`negServer()` of `@neg/remote/jobs`)
 * @throws when called: `recipe-invalid`, `size-invalid`, `option-invalid`, `image-…` and what a run throws
 *
 * @example
 * const { image } = await generateImage({
 *   model: neg(await node({ model: portraits })),
 *   prompt: 'a pirate',
 *   providerOptions: { neg: { negatives: [{ text: 'eye patch', window: { from: 0, to: 0.4 } }] } },
 * })
 */
export function neg(target: DiffusionModel | NegServer, settings: NegSettings = {}): NegImageModel {
  const backend = 'submit' in target ? onServer(target, settings) : onModel(target, settings)
  return {
    specificationVersion: 'v3',
    provider: 'neg',
    modelId: backend.modelId,
    // All of a call's pictures in one: the SDK would give several calls the same seed.
    maxImagesPerCall: Number.MAX_SAFE_INTEGER,
    supportsFileInputs: backend.takesPictures,
    supportsMaskInputs: backend.takesPictures,
    async doGenerate(options: CallOptions): Promise<CallResult> {
      options.abortSignal?.throwIfAborted()
      const timestamp = new Date()
      const request = await requestOf(options, backend)
      const drawn = await backend.draw(request, options.abortSignal)
      return {
        images: drawn.map(({ png }) => png),
        warnings: [...request.warnings, ...warningsOf(drawn)],
        providerMetadata: { neg: { images: drawn.map(({ record, seed }) => ({ seed, record: asJson(record) })) } },
        response: { timestamp, modelId: backend.modelId, headers: undefined },
      }
    },
  }
}

/** A record holds JSON alone; its type has readonly parts that the SDK's has not. */
const asJson = (record: Drawn['record']) => JSON.parse(JSON.stringify(record))

/** Each warning once, though several pictures had it. */
function warningsOf(drawn: readonly Drawn[]): CallResult['warnings'] {
  const messages = drawn.flatMap(({ warnings }) => warnings.map(({ code, message }) => `${code}: ${message}`))
  return [...new Set(messages)].map((message) => ({ type: 'other', message }))
}

import type { Conditioning, DiffusionModel, PromptInput } from '@neg/core'
import { textDigest } from '../files/digest'
import { createConditioningStore } from './conditioning-store'
import { describePrompt } from './describe-prompt'
import { type Embedding, embed } from './embed'
import { resolvePrompt } from './prompt-key'
import type { TextEncoder } from './text-encoder'

/** What about the model decides an embedding, beside the encoders. */
export interface PromptEncoderOptions {
  /** The model's digest: conditionings of different models never share an id. */
  readonly digest: string
  readonly null: 'zeros' | 'empty-text'
  /** The network takes `time_ids`. */
  readonly micro: boolean
}

/** Prompts to conditionings, and conditionings' tensors. */
export interface PromptEncoder {
  readonly encode: DiffusionModel['encode']
  /** @throws `internal` for a conditioning that was released or is another model's */
  tensorsOf(conditioning: Conditioning): Embedding
}

export function promptEncoder(encoders: readonly TextEncoder[], options: PromptEncoderOptions): PromptEncoder {
  const store = createConditioningStore()
  const { limit } = encoders[0].tokenizer

  const encodeOne = async (
    prompt: PromptInput,
    size: { readonly width: number; readonly height: number },
  ): Promise<Conditioning> => {
    const asked = resolvePrompt(prompt, { ...options, ...size })
    const { words, length, warnings } = describePrompt(prompt, asked, encoders)
    // A text that fits into one window is the same however long ones are treated.
    const resolved = length === limit ? { ...asked, long: 'truncate' as const } : asked
    const id = textDigest(JSON.stringify([options.digest, resolved]))
    // Whoever shares the embedding must not be aborted by the caller who asked first: it is made without a signal.
    await store.acquire(id, () => embed(encoders, resolved, {}))
    let held = true
    return {
      id,
      prompt,
      words,
      length,
      warnings,
      tensors: async () => store.get(id),
      release() {
        if (held) store.release(id)
        held = false
      },
    }
  }

  return {
    async encode(prompts, { width, height, signal }) {
      const made: Conditioning[] = []
      try {
        for (const prompt of prompts) {
          signal?.throwIfAborted()
          made.push(await encodeOne(prompt, { width, height }))
        }
        signal?.throwIfAborted()
        return made
      } catch (error) {
        for (const conditioning of made) conditioning.release()
        throw error
      }
    },
    tensorsOf: ({ id }) => store.get(id),
  }
}

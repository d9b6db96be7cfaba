import { type DiffusionModel, NegError } from '@neg/core'
import type { Conditioning, PromptInput } from '@neg/core/adapter'
import { textDigest } from '../files/digest'
import { createConditioningStore } from './conditioning-store'
import { describePrompt } from './describe-prompt'
import { type Embedding, embed } from './embed'
import { resolvePrompt } from './prompt-key'
import type { TextEncoder } from './text-encoder'
import type { TextPlan } from './text-plan'

/** What about the model decides an embedding, beside the encoders. */
export interface PromptEncoderOptions {
  /** The model's digest: conditionings of different models never share an id. */
  readonly digest: string
  readonly null: 'zeros' | 'empty-text'
  /** How the encoders' outputs become the denoiser's inputs. */
  readonly plan: TextPlan
  /** Tokens that the denoiser takes, where the export fixed them; 0 (default) where any number goes. */
  readonly tokens?: number
  /** Text encoders that the model is drawn without though its folder lists them. Default none. */
  readonly without?: readonly string[]
}

/** Prompts to conditionings, and conditionings' tensors. */
export interface PromptEncoder {
  readonly encode: DiffusionModel['encode']
  /** @throws `internal` for a conditioning that was released or is another model's */
  tensorsOf(conditioning: Conditioning): Embedding
}

export function promptEncoder(encoders: readonly TextEncoder[], options: PromptEncoderOptions): PromptEncoder {
  const store = createConditioningStore()
  const { plan, tokens = 0, without = [] } = options
  const free = plan.encoders.findIndex((use) => use.tokens !== undefined)
  const context = {
    null: options.null,
    micro: plan.sizes !== undefined,
    ...(free < 0 ? {} : { tokens: encoders[free].limit }),
  }

  const absent = without.map((part) => ({
    code: 'text-encoder-missing',
    message: `The model's folder lists a ${part} and has none: prompts are read without it, as diffusers does where it is null.`,
  }))

  const encodeOne = async (
    prompt: PromptInput,
    size: { readonly width: number; readonly height: number },
  ): Promise<Conditioning> => {
    const asked = resolvePrompt(prompt, { ...context, ...size })
    const sized = encoders.map((encoder) => encoder.withTokens(asked.tokens))
    const { words, length, warnings, windows } = describePrompt(prompt, asked, sized, plan)
    if (tokens !== 0 && length !== tokens) {
      throw new NegError(
        'prompt-invalid',
        `This export's denoiser reads ${tokens} tokens; the prompt '${(prompt.text ?? '').slice(0, 40)}' takes ${length}. Ask for ` +
          "longPrompts 'truncate' and leave BREAK out, or export the model with a free token axis.",
        { where: 'longPrompts' },
      )
    }
    // A text that fits into one window is the same however long ones are treated.
    const resolved = windows === 1 ? { ...asked, long: 'truncate' as const } : asked
    const id = textDigest(JSON.stringify([options.digest, resolved]))
    // Whoever shares the embedding must not be aborted by the caller who asked first: it is made without a signal.
    await store.acquire(id, () => embed(sized, plan, resolved, {}))
    let held = true
    return {
      id,
      prompt,
      words,
      length,
      warnings: [...absent, ...warnings],
      tensors: async () => store.get(id).inputs,
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

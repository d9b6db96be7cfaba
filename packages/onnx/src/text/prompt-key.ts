import type { PromptInput } from '@neg/core/adapter'

/** What decides an embedding: two prompts with equal keys have equal tensors. */
export interface TextPart {
  /** `zeros`: the embeddings are zero; else `text` is encoded. */
  readonly kind: 'text' | 'zeros'
  readonly text: string
  readonly weights: readonly (readonly [from: number, to: number, weight: number])[]
  /** Characters at which a new window begins; left out where none does. */
  readonly breaks?: readonly number[]
  /** Its share of the sum. */
  readonly share: number
}

/** A prompt with every default filled in and every way of saying the same thing made one. */
export interface ResolvedPrompt {
  readonly parts: readonly TextPart[]
  readonly long: 'truncate' | 'chunk'
  /** Tokens of a window of encoders that take any number. */
  readonly tokens?: number
  /** SDXL: original height and width, crop top and left, target height and width. */
  readonly timeIds?: readonly number[]
}

/** What about the model matters to a prompt. */
export interface PromptContext {
  readonly null: 'zeros' | 'empty-text'
  /** The network is told of the picture's sizes. */
  readonly micro: boolean
  /** Tokens that encoders which take any number read where the prompt does not say; absent where the model has none. */
  readonly tokens?: number
  readonly width: number
  readonly height: number
}

function part(text: string | null, share: number, prompt: PromptInput, context: PromptContext): TextPart {
  const asked = prompt.null ?? 'auto'
  const unconditional = asked === 'auto' ? context.null : asked
  if (text === null && unconditional === 'zeros') return { kind: 'zeros', text: '', weights: [], share }
  const own = text === prompt.text ? (prompt.weights ?? []) : []
  const weights = own.filter(([from, to, weight]) => to > from && weight !== 1)
  const breaks = text === prompt.text && prompt.breaks?.length ? { breaks: prompt.breaks } : {}
  return { kind: 'text', text: text ?? '', weights, ...breaks, share }
}

/** Fills in a prompt for a model and a picture size. */
export function resolvePrompt(prompt: PromptInput, context: PromptContext): ResolvedPrompt {
  const sources = prompt.blend ?? [{ text: prompt.text, weight: 1 }]
  const { micro = {} } = prompt
  const size = [context.height, context.width]
  const timeIds = [micro.originalSize ?? size, micro.cropsCoordsTopLeft ?? [0, 0], micro.targetSize ?? size].flat()
  return {
    parts: sources.map(({ text, weight }) => part(text, weight, prompt, context)),
    long: prompt.longPrompts ?? 'truncate',
    ...(context.tokens === undefined ? {} : { tokens: prompt.maxSequenceLength ?? context.tokens }),
    ...(context.micro ? { timeIds } : {}),
  }
}

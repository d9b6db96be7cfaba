import { type CallOptions, type Tensor, tensor } from '@neg/core'
import { combine, times } from '@neg/core/tensor'
import type { EncodedText } from './encoded-text'
import type { ResolvedPrompt, TextPart } from './prompt-key'
import type { TextEncoder } from './text-encoder'
import type { TextPlan } from './text-plan'
import { windowsOf } from './window-counts'

/** A prompt's tensors; no batch axis. @experimental */
export interface Embedding {
  /** By the denoiser's input names. */
  readonly inputs: Readonly<Record<string, Tensor>>
  /** The one of them that is a sequence of tokens: [tokens, channels]. */
  readonly text: Tensor
}

const emptyText: TextPart = { kind: 'text', text: '', weights: [], share: 0 }

/** Runs the text encoders of a prompt: Σ share × what each part of it gives the denoiser, and the picture's sizes. */
export async function embed(
  encoders: readonly TextEncoder[],
  plan: TextPlan,
  prompt: ResolvedPrompt,
  options: CallOptions,
): Promise<Embedding> {
  const { parts, long, timeIds } = prompt
  const texts = parts.filter(({ kind, share }) => kind === 'text' && share !== 0)
  // Zeros have the shape that a text would have.
  const encoding = texts.length > 0 ? texts : [emptyText]
  const windows = windowsOf(encoders, encoding, long)
  const joined: Readonly<Record<string, Tensor>>[] = []
  for (const part of encoding) {
    const encoded: EncodedText[] = []
    for (const [i, encoder] of encoders.entries()) encoded.push(await encoder.encode(part, long, windows[i], options))
    joined.push(
      plan.join(
        encoded,
        encoders.map(({ limit }) => limit),
      ),
    )
  }
  const inputs: Record<string, Tensor> = {}
  for (const name of Object.keys(joined[0])) {
    inputs[name] = sum(joined.map((one, i) => [one[name], encoding[i].share]))
  }
  const text = inputs[plan.input]
  if (plan.sizes !== undefined && timeIds) inputs[plan.sizes] = tensor(Float32Array.from(timeIds), [timeIds.length])
  return { inputs, text }
}

/** Σ share × tensor. */
function sum(terms: readonly [Tensor, number][]): Tensor {
  const [[first, share]] = terms
  if (terms.length > 1) return combine(terms)
  return share === 1 ? first : times(share, first)
}

import { type CallOptions, combine, type Tensor, tensor, times } from '@neg/core'
import type { ResolvedPrompt, TextPart } from './prompt-key'
import type { EncodedText, TextEncoder } from './text-encoder'

/** A prompt's tensors, by the denoiser's input names; no batch axis. */
export type Embedding = Readonly<Record<string, Tensor>>

/** Encodings side by side: [n, a] and [n, b] give [n, a + b]. */
function besideChannels(parts: readonly Tensor[]): Tensor {
  if (parts.length === 1) return parts[0]
  const [rows] = parts[0].shape
  const width = parts.reduce((sum, { shape }) => sum + shape[1], 0)
  const data = new Float32Array(rows * width)
  for (let row = 0; row < rows; row++) {
    let at = row * width
    for (const { data: source, shape } of parts) {
      data.set(source.subarray(row * shape[1], (row + 1) * shape[1]), at)
      at += shape[1]
    }
  }
  return tensor(data, [rows, width])
}

/** All encoders' hidden states side by side; the last one's pooled output. */
async function encodeAll(
  encoders: readonly TextEncoder[],
  part: TextPart,
  windows: number,
  options: CallOptions,
): Promise<EncodedText> {
  const encoded: EncodedText[] = []
  for (const encoder of encoders) encoded.push(await encoder.encode(part, windows, options))
  return { hidden: besideChannels(encoded.map(({ hidden }) => hidden)), pooled: encoded[encoded.length - 1].pooled }
}

const emptyText: TextPart = { kind: 'text', text: '', weights: [], share: 0 }

/** Runs the text encoders of a prompt: Σ share × embedding, and SDXL's `text_embeds` and `time_ids`. */
export async function embed(
  encoders: readonly TextEncoder[],
  prompt: ResolvedPrompt,
  options: CallOptions,
): Promise<Embedding> {
  const { parts, long, timeIds } = prompt
  const texts = parts.filter(({ kind, share }) => kind === 'text' && share !== 0)
  // Zeros have the shape that a text would have.
  const encoding = texts.length > 0 ? texts : [emptyText]
  // Everything that is added up or put side by side has as many windows as its longest text needs.
  const needed = encoding.flatMap(({ text }) => encoders.map((encoder) => encoder.tokenize(text, long).windows.length))
  const windows = Math.max(...needed)
  const hidden: [Tensor, number][] = []
  const pooled: [Tensor, number][] = []
  for (const part of encoding) {
    const encoded = await encodeAll(encoders, part, windows, options)
    hidden.push([encoded.hidden, part.share])
    if (encoded.pooled) pooled.push([encoded.pooled, part.share])
  }
  return {
    encoder_hidden_states: sum(hidden),
    ...(pooled.length > 0 ? { text_embeds: sum(pooled) } : {}),
    ...(timeIds ? { time_ids: tensor(Float32Array.from(timeIds), [timeIds.length]) } : {}),
  }
}

/** Σ share × tensor. */
function sum(terms: readonly [Tensor, number][]): Tensor {
  const [[first, share]] = terms
  if (terms.length > 1) return combine(terms)
  return share === 1 ? first : times(share, first)
}

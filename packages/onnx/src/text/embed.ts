import { type CallOptions, combine, type Tensor, tensor, zeros } from '@neg/core'
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

/** Σ share × tensor; zeros where there is none (a zeros input, or shares of zero). */
function sum(terms: readonly (readonly [Tensor, number])[], shape: readonly number[]): Tensor {
  if (terms.length === 0) return zeros(shape)
  return terms.length === 1 && terms[0][1] === 1 ? terms[0][0] : combine(terms)
}

/** Runs the text encoders of a prompt: Σ share × embedding, and SDXL's `text_embeds` and `time_ids`. */
export async function embed(
  encoders: readonly TextEncoder[],
  prompt: ResolvedPrompt,
  options: CallOptions,
): Promise<Embedding> {
  const { parts, long, timeIds } = prompt
  const texts = parts.filter(({ kind, share }) => kind === 'text' && share !== 0)
  // Everything that is added up or put side by side has as many windows as its longest text needs.
  const needed = texts.flatMap(({ text }) => encoders.map((encoder) => encoder.tokenize(text, long).windows.length))
  const windows = Math.max(1, ...needed)
  const encoded: (readonly [EncodedText, number])[] = []
  for (const part of texts) encoded.push([await encodeAll(encoders, part, windows, options), part.share])

  const width = encoders.reduce((total, encoder) => total + encoder.width, 0)
  const { pooledWidth, tokenizer } = encoders[encoders.length - 1]
  const pooled = encoded.flatMap(([text, share]) => (text.pooled ? [[text.pooled, share] as const] : []))
  return {
    encoder_hidden_states: sum(
      encoded.map(([text, share]) => [text.hidden, share]),
      [windows * tokenizer.limit, width],
    ),
    ...(pooledWidth > 0 ? { text_embeds: sum(pooled, [pooledWidth]) } : {}),
    ...(timeIds ? { time_ids: tensor(Float32Array.from(timeIds), [timeIds.length]) } : {}),
  }
}

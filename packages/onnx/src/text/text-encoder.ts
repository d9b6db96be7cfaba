import { type CallOptions, NegError, type Tensor, tensor } from '@neg/core'
import type { LazySession } from '../session/lazy-session'
import type { Signature } from '../session/session'
import { infoOf, toFloats, toValue } from '../session/value'
import type { Tokenizer } from '../tokenizer/tokenizer'
import { filledWindows, type TokenizedPrompt, tokenizePrompt } from '../tokenizer/windows'
import type { TextPart } from './prompt-key'
import type { EncoderUse } from './text-plan'
import { tokenWeights, weigh } from './token-weights'

/** A text's embeddings by one encoder. */
export interface EncodedText {
  /** [tokens, channels] */
  readonly hidden: Tensor
  /** [channels], where the encoder projects one. */
  readonly pooled?: Tensor
}

export interface TextEncoder {
  /** Its folder. */
  readonly part: string
  /** Tokens of one window, the special ones included. */
  readonly limit: number
  /** Tokens of a text that fit into one window. */
  readonly room: number
  tokenize(text: string, long: 'truncate' | 'chunk', breaks?: readonly number[]): TokenizedPrompt
  /**
   * The first `windows` windows of a text, empty ones where it is shorter. One window a call, so that a text's embedding
   * never depends on its neighbours.
   */
  encode(part: TextPart, long: 'truncate' | 'chunk', windows: number, options: CallOptions): Promise<EncodedText>
}

/** The name of the output that holds the wanted hidden state. @throws `model-unsupported` */
function hiddenName({ outputs }: Signature, { part, layer }: EncoderUse): string {
  if (layer === 'last') return infoOf(outputs, 'last_hidden_state', part).name
  const layers = outputs.flatMap(({ name }) => (/^hidden_states\.\d+$/.test(name) ? [Number(name.split('.')[1])] : []))
  if (layers.length >= 2) return `hidden_states.${Math.max(...layers) - 1}`
  throw new NegError(
    'model-unsupported',
    `${part} has no outputs 'hidden_states.N', of which the denoiser reads the last but one. Export the whole pipeline ` +
      'with --task text-to-image.',
    { where: part },
  )
}

/** A CLIP text encoder over a session. */
export function textEncoder(
  wanted: EncoderUse,
  signature: Signature,
  tokenizer: Tokenizer,
  session: LazySession,
): TextEncoder {
  const hidden = infoOf(signature.outputs, hiddenName(signature, wanted), wanted.part)
  const pooled = wanted.pooled ? infoOf(signature.outputs, 'text_embeds', wanted.part) : undefined
  const ids = infoOf(signature.inputs, 'input_ids', wanted.part)

  const run = async (tokens: readonly number[], options: CallOptions) => {
    const feeds = { [ids.name]: toValue(Float32Array.from(tokens), ids.type, [1, tokens.length]) }
    const outputs = await session.run(feeds, options)
    return { hidden: toFloats(outputs[hidden.name]), pooled: pooled && toFloats(outputs[pooled.name]) }
  }

  return {
    part: wanted.part,
    limit: tokenizer.limit,
    room: tokenizer.limit - 2,
    tokenize: (text, long, breaks) => tokenizePrompt(tokenizer, text, long, breaks),
    async encode({ text, weights, breaks }, long, count, options) {
      const windows = filledWindows(tokenizer, tokenizePrompt(tokenizer, text, long, breaks), count)
      const states: Float32Array[] = []
      let projected: Float32Array | undefined
      for (const window of windows) {
        const encoded = await run(window.ids, options)
        states.push(weigh(encoded.hidden, tokenWeights(window.tokens, weights)))
        projected ??= encoded.pooled
      }
      const width = states[0].length / windows[0].ids.length
      const all = new Float32Array(states.length * states[0].length)
      for (const [i, state] of states.entries()) all.set(state, i * states[0].length)
      return {
        hidden: tensor(all, [all.length / width, width]),
        ...(projected ? { pooled: tensor(projected, [projected.length]) } : {}),
      }
    },
  }
}

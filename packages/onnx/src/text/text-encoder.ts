import { type CallOptions, tensor } from '@neg/core'
import type { LazySession } from '../session/lazy-session'
import { toFloats } from '../session/value'
import type { Tokenizer } from '../tokenizer/tokenizer'
import { filledWindows, type TokenizedPrompt, type TokenWindow, tokenizePrompt } from '../tokenizer/windows'
import type { EncodedText } from './encoded-text'
import type { EncoderGraph } from './encoder-graph'
import type { TextPart } from './prompt-key'
import { tokenWeights, weigh } from './token-weights'

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

/** A CLIP text encoder over a session. */
export function textEncoder(
  part: string,
  graph: EncoderGraph,
  tokenizer: Tokenizer,
  session: LazySession,
): TextEncoder {
  const run = async ({ ids, tokens }: TokenWindow, options: CallOptions) => {
    const outputs = await session.run(graph.feeds(ids, tokens.filter(Boolean).length + 2), options)
    // Every row is the same text.
    const first = (name: string) => {
      const values = toFloats(outputs[name])
      return values.subarray(0, values.length / graph.rows)
    }
    return { hidden: first(graph.hidden), pooled: graph.pooled === undefined ? undefined : first(graph.pooled) }
  }

  return {
    part,
    limit: tokenizer.limit,
    room: tokenizer.limit - 2,
    tokenize: (text, long, breaks) => tokenizePrompt(tokenizer, text, long, breaks),
    async encode({ text, weights, breaks }, long, count, options) {
      const windows = filledWindows(tokenizer, tokenizePrompt(tokenizer, text, long, breaks), count)
      const states: Float32Array[] = []
      let projected: Float32Array | undefined
      for (const window of windows) {
        const encoded = await run(window, options)
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

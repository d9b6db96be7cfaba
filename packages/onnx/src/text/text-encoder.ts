import { type CallOptions, tensor } from '@neg/core'
import type { LazySession } from '../session/lazy-session'
import { toFloats } from '../session/value'
import { specialTokens, type Tokenizer } from '../tokenizer/tokenizer'
import { filledWindows, type TokenizedPrompt, type TokenWindow, tokenizePrompt } from '../tokenizer/windows'
import type { EncodedText } from './encoded-text'
import type { EncoderGraph } from './encoder-graph'
import type { TextPart } from './prompt-key'
import type { EncoderUse } from './text-plan'
import { tokenWeights, weigh } from './token-weights'

export interface TextEncoder {
  /** Its folder. */
  readonly part: string
  /** Encoders of one kind read as many windows as their longest text needs; others have a number of their own. */
  readonly kind: EncoderUse['kind']
  /** Its hidden states are read: what lies beyond one window reaches the network. */
  readonly sequence: boolean
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
  /** The same with windows of so many tokens, where it takes any number. */
  withTokens(tokens: number | undefined): TextEncoder
}

/** A text encoder over a session. */
export function textEncoder(
  use: EncoderUse,
  graph: EncoderGraph,
  tokenizer: Tokenizer,
  session: LazySession,
): TextEncoder {
  const special = specialTokens(tokenizer)
  const run = async ({ ids, tokens }: TokenWindow, options: CallOptions) => {
    const outputs = await session.run(graph.feeds(ids, tokens.filter(Boolean).length + special), options)
    // Every row is the same text.
    const first = (name: string) => {
      const values = toFloats(outputs[name])
      return values.subarray(0, values.length / graph.rows)
    }
    return {
      hidden: graph.hidden === undefined ? new Float32Array(0) : first(graph.hidden),
      pooled: graph.pooled === undefined ? undefined : first(graph.pooled),
    }
  }

  // T5 knows no windows that begin at a break: the text goes on.
  const breaksOf = (breaks?: readonly number[]) => (use.kind === 'clip' ? breaks : undefined)
  return {
    part: use.part,
    kind: use.kind,
    sequence: use.layer !== 'none',
    limit: tokenizer.limit,
    room: tokenizer.limit - special,
    tokenize: (text, long, breaks) => tokenizePrompt(tokenizer, text, long, breaksOf(breaks)),
    withTokens: (tokens) =>
      use.tokens === undefined || tokens === undefined || tokens === tokenizer.limit
        ? textEncoder(use, graph, tokenizer, session)
        : textEncoder(use, graph, { ...tokenizer, limit: tokens }, session),
    async encode({ text, weights, breaks: asked }, long, count, options) {
      const breaks = breaksOf(asked)
      const windows = filledWindows(tokenizer, tokenizePrompt(tokenizer, text, long, breaks), count)
      const states: Float32Array[] = []
      let projected: Float32Array | undefined
      for (const window of windows) {
        const encoded = await run(window, options)
        states.push(
          encoded.hidden.length === 0 ? encoded.hidden : weigh(encoded.hidden, tokenWeights(window.tokens, weights)),
        )
        projected ??= encoded.pooled
      }
      const width = states[0].length / windows[0].ids.length
      const all = new Float32Array(states.length * states[0].length)
      for (const [i, state] of states.entries()) all.set(state, i * states[0].length)
      return {
        hidden: tensor(all, width === 0 ? [0, 0] : [all.length / width, width]),
        ...(projected ? { pooled: tensor(projected, [projected.length]) } : {}),
      }
    },
  }
}

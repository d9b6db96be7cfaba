import { NegError } from '@neg/core'
import type { TextEncoderConfig } from '../folder/text-encoder-config'
import type { Signature } from '../session/session'
import { isSize, toValue, type Value, type ValueInfo } from '../session/value'
import type { EncoderUse } from './text-plan'

/** How a text encoder's graph is fed and read. */
export interface EncoderGraph {
  /** The input that takes the tokens' ids. */
  readonly ids: string
  /** Tokens of every call, where the export fixed them; 0 where any number goes. */
  readonly tokens: number
  /** Channels of the hidden state; 0 where the graph doesn't say. */
  readonly width: number
  /** Rows of every call. */
  readonly rows: number
  /** The output that holds the wanted hidden state, [rows, tokens, channels]; absent where none is read. */
  readonly hidden?: string
  /** The one that holds one vector a text, [rows, channels]. */
  readonly pooled?: string
  /** Inputs of one call. @param length tokens of the text, both special ones included: the rest is padding */
  feeds(ids: readonly number[], length: number): Record<string, Value>
}

const list = (infos: readonly ValueInfo[]) => infos.map(({ name }) => name).join(', ')
const unsupported = (part: string, message: string) => new NegError('model-unsupported', message, { where: part })

/**
 * Reads a text encoder's graph: inputs and outputs by the names that exporters use, else by what alone they can be.
 * @throws `model-unsupported`
 */
export function describeEncoder(signature: Signature, use: EncoderUse, config: TextEncoderConfig): EncoderGraph {
  const { part } = use
  const ids = idsOf(signature, part)
  const hidden = use.layer === 'none' ? undefined : hiddenOf(signature, use, config)
  const others = signature.inputs.filter((input) => input !== ids)
  const strange = others.filter(({ name }) => !Object.hasOwn(fillings, name))
  if (strange.length > 0) {
    throw unsupported(
      part,
      `The graph of ${part} takes ${list(strange)}, which texts have no values for. Supported inputs: ${ids.name}, ` +
        `${Object.keys(fillings).join(', ')}.`,
    )
  }
  const rows = isSize(ids.shape[0]) ? ids.shape[0] : 1
  const width = hidden?.shape[2]
  const feed = ({ type, shape }: ValueInfo, values: readonly number[]): Value => {
    // Where the export fixed the rows, all are the same text.
    const count = shape.length < 2 ? 1 : isSize(shape[0]) ? shape[0] : rows
    const all = Float32Array.from({ length: count * values.length }, (_, i) => values[i % values.length])
    return toValue(all, type, shape.length < 2 ? [values.length] : [count, values.length])
  }
  return {
    ids: ids.name,
    tokens: isSize(ids.shape[1]) ? ids.shape[1] : 0,
    width: isSize(width) ? width : 0,
    rows,
    ...(hidden ? { hidden: hidden.name } : {}),
    ...(use.pooled ? { pooled: pooledOf(signature, part, use.pooled).name } : {}),
    feeds(tokens, length) {
      const seen = config.maskPadding ? length : tokens.length
      const given = others.map((info) => [
        info.name,
        feed(
          info,
          tokens.map((_, i) => fillings[info.name](i, seen)),
        ),
      ])
      return { [ids.name]: feed(ids, tokens), ...Object.fromEntries(given) }
    },
  }
}

/** Values of further inputs, by position and the number of tokens that are no masked padding. */
const fillings: Readonly<Record<string, (position: number, seen: number) => number>> = {
  attention_mask: (position, seen) => (position < seen ? 1 : 0),
  position_ids: (position) => position,
  token_type_ids: () => 0,
}

function idsOf({ inputs }: Signature, part: string): ValueInfo {
  const named = inputs.find(({ name }) => name === 'input_ids')
  const whole = inputs.filter(
    ({ name, type, shape }) =>
      (type === 'int64' || type === 'int32') && shape.length === 2 && !Object.hasOwn(fillings, name),
  )
  const found = named ?? (whole.length === 1 ? whole[0] : undefined)
  if (found) return found
  throw unsupported(part, `The graph of ${part} has no 'input_ids'; it has ${list(inputs) || 'no inputs'}.`)
}

const last = ['last_hidden_state', 'text_embeddings', 'prompt_embeds']

/** The output that holds the hidden state that the denoiser reads. */
function hiddenOf({ outputs }: Signature, { part, layer }: EncoderUse, { layers }: TextEncoderConfig): ValueInfo {
  const states = outputs.filter(({ shape }) => shape.length === 3)
  const numbered = states.filter(({ name }) => /^hidden_states[._]\d+$/.test(name))
  if (layer === 'last') {
    const named = last.map((name) => states.find((state) => state.name === name)).find(Boolean)
    const plain = states.filter((state) => !numbered.includes(state))
    const found = named ?? (plain.length === 1 ? plain[0] : outputs.length === 1 ? outputs[0] : undefined)
    if (found) return found
    throw unsupported(
      part,
      `The graph of ${part} has no 'last_hidden_state', and which of ${list(outputs)} it is, is not known. Export the whole ` +
        'pipeline with --task text-to-image.',
    )
  }
  const indexOf = ({ name }: ValueInfo) => Number(/\d+$/.exec(name)?.[0])
  const indices = numbered.map(indexOf)
  // hidden_states.0 is the embedding; the last is that of the last layer, before the final norm.
  const whole = indices.includes(0) && indices.length >= 2 ? Math.max(...indices) - 1 : undefined
  const wanted = layers === undefined ? whole : layers - 1
  const found =
    numbered.find((state) => indexOf(state) === wanted) ??
    (layers === undefined && numbered.length === 1 ? numbered[0] : undefined)
  if (found) return found
  // An encoder that gives one state beside the last one gives the one that is needed.
  const plain = states.filter(({ name }) => !last.includes(name))
  if (plain.length === 1 && numbered.length === 0) return plain[0]
  throw unsupported(
    part,
    `The denoiser reads the last but one hidden state of ${part}: ` +
      `${wanted === undefined ? "an output 'hidden_states.N'" : `the output 'hidden_states.${wanted}'`}. The graph has ` +
      `${list(outputs)}. Export the whole pipeline with --task text-to-image.`,
  )
}

/** The output that holds a text as one vector: projected (`text_embeds`), or before (`pooler_output`). */
function pooledOf({ outputs }: Signature, part: string, kind: NonNullable<EncoderUse['pooled']>): ValueInfo {
  const [wanted, other] = ['text_embeds', 'pooler_output'].sort((name) =>
    (name === 'text_embeds') === (kind === 'projected') ? -1 : 1,
  )
  const named = outputs.find(({ name }) => name === wanted)
  const flat = outputs.filter(({ name, shape }) => shape.length === 2 && name !== other)
  const found = named ?? (flat.length === 1 ? flat[0] : undefined)
  if (found) return found
  const what = kind === 'projected' ? 'the projected text' : 'the pooled text'
  throw unsupported(
    part,
    `The graph of ${part} has no '${wanted}', ${what} that the denoiser takes; it has ${list(outputs)}. Export the ` +
      'whole pipeline with --task text-to-image.',
  )
}

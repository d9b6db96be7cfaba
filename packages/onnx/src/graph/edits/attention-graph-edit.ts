import type { z } from 'zod'
import type { Value } from '../../session/value'
import type { AttentionSite } from '../attention-site'
import type { GraphBuilder } from '../graph-builder'
import type { GraphNodes } from '../graph-nodes'

/** A row with an edit: its options, and the second context's text [length, channels]. */
export interface EditedRow<O> {
  readonly options: O
  readonly against?: { readonly data: Float32Array; readonly shape: readonly number[] }
  /** The row of this call that holds `against`, where the edit asks for one. */
  readonly companion?: number
}

/** What an edit may know of one session call; a row without the edit is undefined. */
export interface EditedCall<O> {
  readonly rows: readonly (EditedRow<O> | undefined)[]
  /** Height and width of every size that a layer may have in this call. */
  readonly grids: readonly (readonly [height: number, width: number])[]
  /** Text of each row, [length, channels]. */
  readonly texts: readonly { readonly data: Float32Array; readonly shape: readonly number[] }[]
}

/**
 * One edit of attention: nodes between a value of a layer and what reads it, steered by graph inputs. It acts on the rows
 * that its inputs name; a call without such a row computes nothing of it.
 */
export interface AttentionGraphEdit<O = never> {
  readonly name: string
  /** Which layers it changes, as far as a graph has them; of edits of one name a graph is given that whose first kind it has. */
  readonly kinds: readonly AttentionSite['kind'][]
  readonly options: z.ZodType<O>
  /** It reads and changes neither scores nor probabilities: its layers need not stand whole in memory. Default false. */
  readonly closed?: boolean
  /** What `AttentionEdit.against` is to it: not taken, a second text for the row, or a row of its own in the same call. */
  readonly against: 'none' | 'text' | 'row'
  /** Which of its layers a row's options change, of an edit that may choose; `names` are all that it can change. */
  chosen?(options: O, names: readonly string[]): readonly boolean[]
  add(graph: GraphBuilder, sites: readonly AttentionSite[], nodes: GraphNodes): void
  /** Its inputs for one call. `layers` are the names of the sites that `add` was given. */
  feeds(call: EditedCall<O>, layers: readonly string[]): Record<string, Value>
}

/** Checks nothing at run time; gives the options their type. */
export const defineEdit = <O>(edit: AttentionGraphEdit<O>): AttentionGraphEdit<O> => edit

export const boolean = (value: boolean): Value => ({ type: 'bool', data: Uint8Array.of(value ? 1 : 0), shape: [] })

export const floats = (data: Float32Array, shape: readonly number[]): Value => ({ type: 'float32', data, shape })

export const indices = (values: readonly number[]): Value => ({
  type: 'int64',
  data: BigInt64Array.from(values, BigInt),
  shape: [values.length],
})

import { type Json, NegError, type Requirement } from '@neg/core'
import type { Architecture } from '../denoiser/architecture'
import type { DenoiserGraph, GraphEditor } from '../denoiser/denoiser-graph'
import type { ResolvedRow } from '../denoiser/resolved-row'
import type { AttentionSite } from './attention-site'
import { captureFeeds, readCapture } from './capture-feeds'
import { addCapture } from './capture-nodes'
import { attentionEdits } from './edits'
import type { AttentionGraphEdit } from './edits/attention-graph-edit'
import { GraphBuilder } from './graph-builder'
import type { GraphNodes } from './graph-nodes'

const editPrefix = 'attention.edit:'

/**
 * What can be added to a denoiser's graph: capture of cross-attention where it has any, and each edit whose layers it has.
 * Attention that an optimizer fused into one node has no Softmax to work on: such a graph is given nothing.
 *
 * `batch`: rows of every call where the export fixed them.
 */
export function attentionEditor(
  { attention, inputs }: Pick<Architecture, 'attention' | 'inputs'>,
  nodes: GraphNodes,
  { batch = 0 }: { readonly batch?: number } = {},
): GraphEditor {
  const sites = attention.find(nodes)
  const gridsOf = ([{ row }]: readonly ResolvedRow[]) => {
    const [height, width] = row.input.shape.slice(-2)
    return attention.grids(height, width)
  }
  const has = (kind: AttentionSite['kind']) => sites.some((site) => site.kind === kind)
  const edits = [...attentionEdits.values()].filter(({ kinds }) => kinds.every(has))
  return {
    provides: new Set<Requirement>([
      ...(has('cross') ? (['attention.capture'] as const) : []),
      ...edits.map(({ name }) => `${editPrefix}${name}` as const),
    ]),
    async build(needs) {
      const builder = GraphBuilder.for(nodes, inputs)
      const wanted = edits.filter(({ name }) => needs.has(`${editPrefix}${name}`))
      const sitesOf = ({ kinds }: AttentionGraphEdit) => sites.filter(({ kind }) => kinds.includes(kind))
      for (const edit of wanted) edit.add(builder, sitesOf(edit), nodes)
      const captures = needs.has('attention.capture')
      const cross = sites.filter(({ kind }) => kind === 'cross')
      if (captures) addCapture(builder, cross)
      const name = [...(captures ? ['capture'] : []), ...wanted.map((edit) => edit.name)].join('+')
      const graph: DenoiserGraph = {
        name,
        provides: needs,
        patch: builder.patch(name),
        feeds(rows) {
          const padded = batch > rows.length ? [...rows, ...new Array(batch - rows.length).fill(rows[0])] : rows
          const grids = gridsOf(rows)
          const edits = wanted.map((edit) => editFeeds(edit, rows, padded, sitesOf(edit), grids))
          return Object.assign({}, ...edits, captures ? captureFeeds(rows.map(captureRow)) : {})
        },
        attention(outputs, rows) {
          if (!captures) return rows.map(() => undefined)
          return readCapture(
            outputs,
            rows.map(captureRow),
            cross.map((site) => site.name),
            gridsOf(rows),
          )
        },
      }
      return graph
    },
  }
}

const text = ({ embedding }: Pick<ResolvedRow, 'embedding'>) => embedding.text

const captureRow = (resolved: ResolvedRow) => ({ capture: resolved.row.capture, length: text(resolved).shape[0] })

/** An edit's inputs; rows that only fill up a fixed batch are never edited. */
function editFeeds(
  edit: AttentionGraphEdit,
  rows: readonly ResolvedRow[],
  padded: readonly ResolvedRow[],
  sites: readonly AttentionSite[],
  grids: ReturnType<Architecture['attention']['grids']>,
) {
  const edited = padded.map(({ row, against, companion }, at) => {
    if (at >= rows.length || row.edit?.name !== edit.name) return undefined
    if (edit.against !== 'none' && !row.edit.against) {
      throw new NegError(
        'guidance-option-invalid',
        `The attention edit '${edit.name}' needs a second prompt (against).`,
      )
    }
    return {
      options: parseOptions(edit, row.edit.options),
      ...(against ? { against: against.text } : {}),
      ...(companion === undefined ? {} : { companion: rows.indexOf(companion) }),
    }
  })
  return edit.feeds(
    { rows: edited, grids, texts: padded.map(text) },
    sites.map(({ name }) => name),
  )
}

function parseOptions(edit: AttentionGraphEdit, options: Json): never {
  const parsed = edit.options.safeParse(options)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new NegError(
    'guidance-option-invalid',
    `The attention edit '${edit.name}' is refused. ${[...issue.path, issue.message].join(': ')}.`,
    { where: issue.path.join('.') },
  )
}

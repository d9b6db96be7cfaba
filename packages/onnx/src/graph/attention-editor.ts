import { type Json, NegError, type Requirement } from '@neg/core'
import type { Architecture } from '../denoiser/architecture'
import { type DenoiserGraph, type GraphEditor, plainGraph } from '../denoiser/denoiser-graph'
import type { ResolvedRow } from '../denoiser/resolved-row'
import type { AttentionSite } from './attention-site'
import { captureFeeds, readCapture } from './capture-feeds'
import { addCapture } from './capture-nodes'
import { type ClosableAttention, isClosed } from './closable-attention'
import { type ClosedBy, closeAttention } from './close-attention'
import { attentionEdits } from './edits'
import type { AttentionGraphEdit } from './edits/attention-graph-edit'
import { GraphBuilder } from './graph-builder'
import type { GraphNodes } from './graph-nodes'

const editPrefix = 'attention.edit:'

interface AttentionEditorOptions {
  /** Rows of every call where the export fixed them. */
  readonly batch?: number
  /** How layers are computed that nothing watches or edits. */
  readonly closed?: { readonly by: ClosedBy; readonly layers: ClosableAttention }
}

/**
 * What can be added to a denoiser's graph: capture of attention to the text where it has any, and each edit whose layers it has.
 * Layers that the file has as one node (`openAttention`) are taken apart where something works on them, and stay that node where nothing
 * does and the device computes it well.
 *
 * @experimental
 */
export function attentionEditor(
  { attention, inputs }: Pick<Architecture, 'attention' | 'inputs'>,
  nodes: GraphNodes,
  { batch = 0, closed }: AttentionEditorOptions = {},
): GraphEditor {
  const sites = attention.find(nodes)
  const named = (edit: AttentionGraphEdit) =>
    sites.filter(({ kind }) => edit.kinds.includes(kind)).map(({ name }) => name)
  /** What an edit that may choose works on by default; everything where its default names no layer of this model. */
  const byDefault = (edit: AttentionGraphEdit) => {
    const names = named(edit)
    try {
      return names.filter((_, i) => edit.chosen?.(parseOptions(edit, {}), names)[i] ?? true)
    } catch {
      return names
    }
  }
  const gridsOf = ([{ row }]: readonly ResolvedRow[]) => {
    const [height, width] = row.input.shape.slice(-2)
    return attention.grids(height, width)
  }
  const known = attentionEdits(new Set(sites.map(({ kind }) => kind)))
  const edits = [...known.values()]
  const toText = sites.filter(({ kind }) => kind !== 'self')
  return {
    provides: new Set<Requirement>([
      ...(toText.length > 0 ? (['attention.capture'] as const) : []),
      ...edits.map(({ name }) => `${editPrefix}${name}` as const),
    ]),
    layersOf: (rows) =>
      new Set(
        rows.flatMap(({ edit: asked }) => {
          const edit = asked && known.get(asked.name)
          if (!asked || !edit?.chosen) return []
          const names = named(edit)
          const chosen = edit.chosen(parseOptions(edit, asked.options), names)
          return names.filter((_, i) => chosen[i])
        }),
      ),
    async build(needs, layers) {
      const builder = GraphBuilder.for(nodes, inputs)
      const wanted = edits.filter(({ name }) => needs.has(`${editPrefix}${name}`))
      const captures = needs.has('attention.capture')
      const worked = new Set([
        ...(captures ? toText.map(({ name }) => name) : []),
        ...wanted.flatMap((edit) => (edit.closed ? [] : edit.chosen ? (layers ? [] : byDefault(edit)) : named(edit))),
        ...(layers ?? []),
      ])
      const edited = new Set(wanted.flatMap((edit) => (edit.closed ? named(edit) : [])))
      const formOf = ({ output }: AttentionSite) => closed?.layers.forms.get(output.name)
      const layerOf = ({ output }: AttentionSite) => nodes.opened?.layers.get(output.name)
      const idle = sites.filter(({ name }) => !worked.has(name))
      /** Layers that stay the one node that the file has. */
      const whole = idle.filter((site) => {
        if (!layerOf(site) || edited.has(site.name)) return false
        const form = formOf(site)
        return !closed || !form || isClosed(form, closed.by)
      })
      const shut = idle.filter((site) => !whole.includes(site)).flatMap((site) => formOf(site) ?? [])
      const away = new Set([...whole, ...shut.map(({ site }) => site)].map(({ output }) => output.name))
      const open = sites.filter(({ output }) => !away.has(output.name))
      for (const layer of open.map(layerOf)) if (layer) builder.open(layer)
      if (closed && shut.length > 0) closeAttention(builder, nodes, shut, closed.by, edited)
      const sitesOf = (edit: AttentionGraphEdit) =>
        (edit.closed ? sites : open).filter(({ kind }) => edit.kinds.includes(kind))
      for (const edit of wanted) edit.add(builder, sitesOf(edit), nodes)
      if (captures) addCapture(builder, toText)
      const how = shut.length > 0 && closed ? [closed.by] : []
      const name = [...(captures ? ['capture'] : []), ...wanted.map((edit) => edit.name), ...how].join('+')
      if (name === '') return plainGraph
      const graph: DenoiserGraph = {
        name,
        provides: needs,
        companions: new Set(wanted.filter(({ against }) => against === 'row').map((edit) => edit.name)),
        open: away.size > 0 ? new Set(open.map((site) => site.name)) : 'all',
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
            toText.map((site) => site.name),
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

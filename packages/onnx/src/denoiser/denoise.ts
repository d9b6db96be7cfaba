import { type CallOptions, NegError } from '@neg/core'
import type { DenoiseResult } from '@neg/core/adapter'
import type { Session } from '../session/session'
import type { Denoiser } from './architecture'
import { andCompanions, withCompanion } from './companion'
import type { Control } from './control'
import type { DenoiserGraph } from './denoiser-graph'
import { groupRows } from './group-rows'
import type { ResolvedRow } from './resolved-row'

/**
 * Rows to session calls and back. Rows that may share a call do, `rows` of them at most.
 * @param control what ControlNets add to them; absent where the network takes nothing of the kind
 * @throws `size-invalid` where the export fixed another size
 */
export async function denoise(
  asked: readonly ResolvedRow[],
  denoiser: Denoiser,
  graph: DenoiserGraph,
  { mixPictures, rows: most }: { readonly mixPictures: boolean; readonly rows: number },
  session: Session,
  options: CallOptions,
  control?: Control,
): Promise<DenoiseResult> {
  const companions = graph.companions ?? new Set()
  const rows = asked.map((row) => withCompanion(row, companions))
  for (const { row } of rows) checkShape(row.input.shape, denoiser)
  const groups = groupRows(rows, {
    mixPictures,
    mixTimesteps: denoiser.batchedTimestep,
    maxRows: denoiser.fixedRows || most,
  })
  const results: DenoiseResult['rows'][number][] = new Array(rows.length)
  let ms = 0
  let rowsPerCall = 0
  let calls = 0
  for (const group of groups) {
    options.signal?.throwIfAborted()
    const members = andCompanions(group.map((index) => rows[index]))
    if (denoiser.fixedRows > 0 && members.length > denoiser.fixedRows) {
      throw new NegError(
        'model-unsupported',
        `This attention edit needs calls of ${members.length} rows, and the export takes ${denoiser.fixedRows}. Export the model ` +
          'with a free batch axis.',
      )
    }
    rowsPerCall = Math.max(rowsPerCall, members.length)
    const added = await control?.(members, options)
    calls += 1 + (added?.calls ?? 0)
    ms += added?.ms ?? 0
    const feeds = { ...denoiser.feeds(members, added?.residuals), ...graph.feeds(members) }
    const started = performance.now()
    const outputs = await session.run(feeds, options)
    ms += performance.now() - started
    const predictions = denoiser.predictions(outputs, members)
    const attention = graph.attention(outputs, members)
    group.forEach((index, i) => {
      const output = predictions[i]
      const captured = attention[i]
      results[index] = captured ? { output, attention: captured } : { output }
    })
  }
  return { rows: results, calls, rowsPerCall, ms }
}

function checkShape(shape: readonly number[], { channels: own, fixedSize }: Denoiser): void {
  const [channels] = shape
  const [height, width] = shape.slice(-2)
  if (own !== 0 && channels !== own) {
    throw new NegError('internal', `The denoiser takes ${own} latent channels; it was given ${channels}.`)
  }
  const [h, w] = fixedSize
  if ((h !== 0 && h !== height) || (w !== 0 && w !== width)) {
    throw new NegError(
      'size-invalid',
      `This export takes latents of ${w} × ${h} cells (width × height) only; the picture asks for ${width} × ${height}. ` +
        'Export the model with free axes for other sizes.',
      { where: 'width' },
    )
  }
}

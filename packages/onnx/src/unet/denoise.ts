import { type CallOptions, type DenoiseResult, NegError, tensor } from '@neg/core'
import type { Session } from '../session/session'
import { toFloats } from '../session/value'
import { andCompanions, withCompanion } from './companion'
import type { DenoiserGraph } from './denoiser-graph'
import { groupRows } from './group-rows'
import type { ResolvedRow } from './resolved-row'
import type { Unet } from './unet'

/**
 * Rows to session calls and back. Rows that may share a call do.
 * @throws `size-invalid` where the export fixed another size
 */
export async function denoise(
  asked: readonly ResolvedRow[],
  unet: Unet,
  graph: DenoiserGraph,
  mixPictures: boolean,
  session: Session,
  options: CallOptions,
): Promise<DenoiseResult> {
  const rows = asked.map(withCompanion)
  for (const { row } of rows) checkShape(row.input.shape, unet)
  const groups = groupRows(rows, {
    mixPictures,
    mixTimesteps: unet.batchedTimestep,
    maxRows: unet.fixedRows || Number.POSITIVE_INFINITY,
  })
  const results: DenoiseResult['rows'][number][] = new Array(rows.length)
  let ms = 0
  let rowsPerCall = 0
  for (const group of groups) {
    options.signal?.throwIfAborted()
    const members = andCompanions(group.map((index) => rows[index]))
    if (unet.fixedRows > 0 && members.length > unet.fixedRows) {
      throw new NegError(
        'model-unsupported',
        `This attention edit needs calls of ${members.length} rows, and the export takes ${unet.fixedRows}. Export the model ` +
          'with a free batch axis.',
      )
    }
    rowsPerCall = Math.max(rowsPerCall, members.length)
    const feeds = { ...unet.feeds(members), ...graph.feeds(members) }
    const started = performance.now()
    const outputs = await session.run(feeds, options)
    ms += performance.now() - started
    const all = toFloats(outputs[unet.output])
    const attention = graph.attention(outputs, members)
    const { shape } = members[0].row.input
    const length = shape.reduce((product, n) => product * n, 1)
    group.forEach((index, i) => {
      const output = tensor(all.subarray(i * length, (i + 1) * length), shape)
      const captured = attention[i]
      results[index] = captured ? { output, attention: captured } : { output }
    })
  }
  return { rows: results, calls: groups.length, rowsPerCall, ms }
}

function checkShape([channels, height, width]: readonly number[], { channels: own, fixedSize }: Unet): void {
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

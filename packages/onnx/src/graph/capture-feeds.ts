import { NegError } from '@neg/core'
import type { AttentionCapture, CaptureSpec } from '@neg/core/adapter'
import { toFloats, type Value } from '../session/value'
import { captureNames } from './capture-nodes'
import { boolean, floats, indices } from './edits/attention-graph-edit'

/** One row of a session call, as capture sees it. */
export interface CaptureRow {
  readonly capture?: CaptureSpec
  /** Tokens of its text. */
  readonly length: number
}

/** Each column's positions. */
function columnsOf({ tokens }: CaptureSpec, length: number): readonly (readonly number[])[] {
  if (tokens === 'all') return Array.from({ length }, (_, i) => [i])
  const columns = tokens.map((token) => (typeof token === 'number' ? [token] : token))
  const beyond = columns.flat().find((token) => !(token >= 0 && token < length))
  if (beyond === undefined) return columns
  throw new NegError('option-invalid', `Token ${beyond} can't be captured; the text has ${length}.`, {
    where: 'tokens',
  })
}

/** Capture's inputs for one call: its rows in order, all of one text length. */
export function captureFeeds(rows: readonly CaptureRow[]): Record<string, Value> {
  const wanted = rows.flatMap(({ capture, length }, row) =>
    capture ? [{ row, maps: capture.maps, columns: columnsOf(capture, length) }] : [],
  )
  const [{ length }] = rows
  const most = Math.max(1, ...wanted.map(({ columns }) => columns.length))
  const select = new Float32Array(wanted.length * length * most)
  wanted.forEach(({ columns }, r) => {
    columns.forEach((tokens, c) => {
      for (const token of tokens) select[(r * length + token) * most + c] += 1 / tokens.length
    })
  })
  return {
    [captureNames.on]: boolean(wanted.length > 0),
    [captureNames.maps]: boolean(wanted.some(({ maps }) => maps)),
    [captureNames.rows]: indices(wanted.map(({ row }) => row)),
    [captureNames.select]: floats(select, [wanted.length, length, most]),
  }
}

/** The size of a layer of so many pixels. @throws `model-unsupported` */
function sizeOfLayer(grids: Grids, pixels: number): readonly [height: number, width: number] {
  const grid = grids.find(([height, width]) => height * width === pixels)
  if (grid) return grid
  throw new NegError(
    'model-unsupported',
    `An attention layer has ${pixels} pixels; for these latents it may be ${grids.map((size) => size.join(' × ')).join(', ')}.`,
  )
}

type Grids = readonly (readonly [height: number, width: number])[]

/** What a call's outputs say of each of its rows. `grids`: every size that a layer may have. */
export function readCapture(
  outputs: Readonly<Record<string, Value>>,
  rows: readonly CaptureRow[],
  layers: readonly string[],
  grids: Grids,
): (AttentionCapture | undefined)[] {
  const pixels = Array.from(outputs[captureNames.pixels].data as BigInt64Array, Number)
  const norms = outputs[captureNames.norms]
  const maps = outputs[captureNames.headMeans]
  const [, captured, most] = norms.shape
  const [normData, mapData, squares] = [norms, maps, outputs[captureNames.meanSquares]].map(toFloats)
  const total = pixels.reduce((sum, n) => sum + n, 0)
  let r = -1
  return rows.map(({ capture, length }) => {
    if (!capture) return undefined
    r++
    const columns = columnsOf(capture, length).length
    let before = 0
    return {
      layers: layers.map((name, layer) => {
        const n = pixels[layer]
        const start = before
        before += n
        const [height, width] = sizeOfLayer(grids, n)
        const at = (layer * captured + r) * most
        const layerNorms = normData.slice(at, at + columns)
        const meanSquare = squares[layer * captured + r]
        if (!capture.maps) return { name, height, width, norms: layerNorms, meanSquare }
        const own = new Float32Array(columns * n)
        for (let column = 0; column < columns; column++) {
          const from = (r * most + column) * total + start
          own.set(mapData.subarray(from, from + n), column * n)
        }
        return { name, height, width, norms: layerNorms, maps: own, meanSquare }
      }),
    }
  })
}

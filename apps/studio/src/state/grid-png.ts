import { type Pixels, writePngText } from '@neg/core'
import { toImageData } from '@neg/web'
import { axisName } from './axis-name'
import { gridKeyword } from './grid-keyword'
import type { PlotLayout } from './plot'
import type { Picture } from './run'

const [gap, text] = [8, 16]

function canvasOf(image: Pixels): OffscreenCanvas {
  const canvas = new OffscreenCanvas(image.width, image.height)
  canvas.getContext('2d')?.putImageData(toImageData(image), 0, 0)
  return canvas
}

/** A plot as one PNG: its pictures at their size, labelled, and every record in a text of the file. */
export async function gridPng(pictures: readonly Picture[], layout: PlotLayout): Promise<Blob> {
  const { columns, rows, columnKind, rowKind } = layout
  const [width, height] = ['width', 'height'].map((side) =>
    pictures.reduce((most, { image, done }) => Math.max(most, done && image ? image[side as 'width'] : 0), 64),
  )
  const font = `${text}px system-ui, sans-serif`
  const measure = new OffscreenCanvas(1, 1).getContext('2d')!
  measure.font = font
  const widest = (labels: readonly string[]) => Math.max(...labels.map((label) => measure.measureText(label).width))
  const left = rowKind ? Math.ceil(widest([...rows, axisName(rowKind)])) + 2 * gap : gap
  const top = 2 * (text + gap) + gap
  const canvas = new OffscreenCanvas(left + columns.length * (width + gap), top + rows.length * (height + gap))
  const context = canvas.getContext('2d')!
  Object.assign(context, { font, fillStyle: '#fff', textBaseline: 'middle' })
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = '#1f1d19'
  context.fillText(`${axisName(columnKind)} →`, left, gap + text / 2)
  if (rowKind) context.fillText(`${axisName(rowKind)} ↓`, gap, gap + text / 2)
  context.textAlign = 'center'
  columns.forEach((label, c) => {
    context.fillText(label, left + c * (width + gap) + width / 2, text + 2 * gap + text / 2, width)
  })
  context.textAlign = 'right'
  rows.forEach((label, r) => {
    if (rowKind) context.fillText(label, left - gap, top + r * (height + gap) + height / 2)
  })
  pictures.forEach(({ image, done }, i) => {
    if (!image || !done) return
    const [c, r] = [i % columns.length, Math.floor(i / columns.length)]
    context.drawImage(canvasOf(image), left + c * (width + gap), top + r * (height + gap))
  })
  const plain = await canvas.convertToBlob({ type: 'image/png' })
  const cells = pictures.flatMap(({ record }) => (record ? [record] : []))
  const grid = JSON.stringify({ format: 1, layout, cells })
  const bytes = writePngText(new Uint8Array(await plain.arrayBuffer()), { [gridKeyword]: grid })
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' })
}

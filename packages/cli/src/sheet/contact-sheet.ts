import type { Pixels } from '@neg/core'
import { cell, pixelOf } from './font'

/** A picture of a contact sheet, and what stands below it. */
export interface SheetPicture {
  readonly image: Pixels
  readonly label: string
}

export interface SheetOptions {
  /** Pictures in a row. Default: the nearest to a square sheet. */
  readonly columns?: number
}

const gap = 8
const ink = 0x20

/** Columns and rows that make the sheet nearest to a square, for cells of a given size. */
export function gridOf(count: number, width: number, height: number): { columns: number; rows: number } {
  const grids = Array.from({ length: count }, (_, i) => ({ columns: i + 1, rows: Math.ceil(count / (i + 1)) }))
  // Empty places weigh too, so that 8 pictures stand 4 × 2 rather than 3 × 3.
  const cost = ({ columns, rows }: (typeof grids)[number]) =>
    Math.abs(Math.log((columns * width) / (rows * height))) + 0.7 * (columns * rows - count)
  return grids.reduce((best, grid) => (cost(grid) < cost(best) ? grid : best))
}

function paste(sheet: Pixels, image: Pixels, left: number, top: number): void {
  for (let y = 0; y < image.height; y++) {
    const row = image.data.subarray(4 * y * image.width, 4 * (y + 1) * image.width)
    sheet.data.set(row, 4 * ((top + y) * sheet.width + left))
  }
}

function write(sheet: Pixels, text: string, left: number, top: number, scale: number): void {
  for (let i = 0; i < text.length; i++) {
    for (let y = 0; y < cell.height * scale; y++) {
      for (let x = 0; x < cell.width * scale; x++) {
        if (!pixelOf(text[i], Math.floor(x / scale), Math.floor(y / scale))) continue
        const at = 4 * ((top + y) * sheet.width + left + i * cell.width * scale + x)
        sheet.data.fill(ink, at, at + 3)
      }
    }
  }
}

/** Several pictures on one sheet, each with its label below. */
export function contactSheet(pictures: readonly SheetPicture[], options: SheetOptions = {}): Pixels {
  const width = Math.max(...pictures.map(({ image }) => image.width))
  const height = Math.max(...pictures.map(({ image }) => image.height))
  const scale = Math.max(1, Math.round(width / 256))
  const strip = cell.height * scale + gap
  const grid = gridOf(pictures.length, width + gap, height + strip + gap)
  const columns = Math.min(options.columns ?? grid.columns, pictures.length)
  const rows = Math.ceil(pictures.length / columns)
  const sheet: Pixels = {
    width: columns * (width + gap) + gap,
    height: rows * (height + strip) + gap,
    data: new Uint8ClampedArray(0),
  }
  const filled = { ...sheet, data: new Uint8ClampedArray(4 * sheet.width * sheet.height).fill(255) }
  const fits = Math.floor(width / (cell.width * scale))
  for (const [i, { image, label }] of pictures.entries()) {
    const left = gap + (i % columns) * (width + gap)
    const top = gap + Math.floor(i / columns) * (height + strip)
    paste(filled, image, left, top)
    const text = label.length > fits ? `${label.slice(0, fits - 1)}~` : label
    write(filled, text, left, top + height + gap / 2, scale)
  }
  return filled
}

import { type Pixels, writePngText } from '@neg/core'

/** A picture as ImageData, for a canvas. Shares its memory where it can. */
export function toImageData({ width, height, data }: Pixels): ImageData {
  return new ImageData(data as Uint8ClampedArray<ArrayBuffer>, width, height)
}

/** A canvas of its own, off the page where the browser has that. */
async function pngOf(image: ImageData): Promise<Blob> {
  if (globalThis.OffscreenCanvas) {
    const canvas = new OffscreenCanvas(image.width, image.height)
    canvas.getContext('2d')?.putImageData(image, 0, 0)
    return canvas.convertToBlob({ type: 'image/png' })
  }
  const canvas = document.createElement('canvas')
  Object.assign(canvas, { width: image.width, height: image.height })
  canvas.getContext('2d')?.putImageData(image, 0, 0)
  return new Promise((resolve, reject) =>
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('the canvas gave no PNG'))), 'image/png'),
  )
}

/**
 * A picture as a PNG file, with texts beside the pixels: `pictureTexts(record)` makes it reproducible
 * anywhere neg runs.
 */
export async function encodePng(image: Pixels, texts: Readonly<Record<string, string>> = {}): Promise<Blob> {
  const plain = await pngOf(toImageData(image))
  if (Object.keys(texts).length === 0) return plain
  const bytes = writePngText(new Uint8Array(await plain.arrayBuffer()), texts)
  return new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' })
}

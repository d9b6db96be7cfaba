import { NegError, type Pixels } from '@neg/core'

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
/** Samples per pixel by colour type: grey, RGB, grey with alpha, RGBA. */
const samples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 4: 2, 6: 4 }

const malformed = (why: string) =>
  new NegError(
    'image-malformed',
    `The picture is no PNG that neg writes: ${why}. Expected 8 bits a sample, not interlaced.`,
  )

async function inflate(parts: Uint8Array[]): Promise<Uint8Array> {
  const stream = new Blob(parts as BlobPart[]).stream().pipeThrough(new DecompressionStream('deflate'))
  return new Uint8Array(await new Response(stream).arrayBuffer())
}

/** Undoes a row's filter in place (PNG specification, 9.2). */
function unfilter(kind: number, row: Uint8Array, above: Uint8Array | undefined, step: number): void {
  for (let i = 0; i < row.length; i++) {
    const a = i >= step ? row[i - step] : 0
    const b = above ? above[i] : 0
    const c = above && i >= step ? above[i - step] : 0
    if (kind === 1) row[i] += a
    else if (kind === 2) row[i] += b
    else if (kind === 3) row[i] += (a + b) >> 1
    else if (kind === 4) {
      const p = a + b - c
      const [pa, pb, pc] = [Math.abs(p - a), Math.abs(p - b), Math.abs(p - c)]
      row[i] += pa <= pb && pa <= pc ? a : pb <= pc ? b : c
    } else if (kind !== 0) throw malformed(`filter ${kind}`)
  }
}

/**
 * A PNG's pixels, exactly as stored, on any platform that has `DecompressionStream`: 8 bits a sample, not interlaced.
 * @throws `image-malformed`
 */
export async function decodePng(file: Uint8Array): Promise<Pixels> {
  if (signature.some((byte, i) => file[i] !== byte)) throw malformed('its signature is missing')
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const data: Uint8Array[] = []
  let header: { width: number; height: number; channels: number } | undefined
  for (let at = 8; at + 12 <= file.length; ) {
    const length = view.getUint32(at)
    const type = String.fromCharCode(...file.subarray(at + 4, at + 8))
    if (at + 12 + length > file.length) throw malformed(`chunk ${type} is cut off`)
    if (type === 'IHDR') {
      const [depth, color, , , interlace] = file.subarray(at + 16, at + 21)
      if (depth !== 8 || interlace !== 0 || !(color in samples)) throw malformed(`depth ${depth}, colour type ${color}`)
      header = { width: view.getUint32(at + 8), height: view.getUint32(at + 12), channels: samples[color] }
    } else if (type === 'IDAT') data.push(file.subarray(at + 8, at + 8 + length))
    at += 12 + length
  }
  if (!header) throw malformed('its header is missing')
  const { width, height, channels } = header
  const raw = await inflate(data).catch((cause) => {
    throw new NegError('image-malformed', 'The picture’s compressed data is damaged.', { cause })
  })
  const stride = width * channels
  if (raw.length !== (stride + 1) * height) throw malformed(`${raw.length} bytes for ${width}×${height} pixels`)

  const pixels = new Uint8ClampedArray(4 * width * height)
  let above: Uint8Array | undefined
  for (let y = 0; y < height; y++) {
    const from = y * (stride + 1)
    const row = raw.subarray(from + 1, from + 1 + stride)
    unfilter(raw[from], row, above, channels)
    for (let x = 0; x < width; x++) {
      const [s, d] = [x * channels, 4 * (y * width + x)]
      const color = channels > 2
      pixels[d] = row[s]
      pixels[d + 1] = row[color ? s + 1 : s]
      pixels[d + 2] = row[color ? s + 2 : s]
      pixels[d + 3] = channels === 4 ? row[s + 3] : channels === 2 ? row[s + 1] : 255
    }
    above = row
  }
  return { width, height, data: pixels }
}

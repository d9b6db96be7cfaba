import { crc32, deflateSync } from 'node:zlib'
import { checkRecipe, generate, plan, readPngText, writePngText } from '@neg/core'
import { readImage, writePng } from '@neg/node'
import { imageSize } from '@neg/node/internal'
import { mutatedBytes, mutatedJson } from './mutate.mjs'
import { fuzzServer } from './server.mjs'

const signature = 8

/** A file's chunks: type and data. */
function chunksOf(file) {
  const chunks = []
  for (let at = signature; at < file.length; ) {
    const length = file.readUInt32BE(at)
    chunks.push([file.toString('latin1', at + 4, at + 8), file.subarray(at + 8, at + 8 + length)])
    at += 12 + length
  }
  return chunks
}

function chunk(type, data) {
  const bytes = Buffer.alloc(12 + data.length)
  bytes.writeUInt32BE(data.length, 0)
  bytes.write(type, 4, 'latin1')
  bytes.set(data, 8)
  bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4)
  return bytes
}

/** Chunks changed and their checksums right, so that more than the checksum is tried. */
function rebuilt(file, random) {
  const chunks = chunksOf(file)
  for (let i = random.below(3) + 1; i > 0; i--) {
    const at = random.below(chunks.length)
    const [type, data] = chunks[at]
    const what = random.below(7)
    if (what === 0) chunks.splice(at, 1)
    else if (what === 1) chunks.splice(random.below(chunks.length), 0, chunks[at])
    else if (what === 2)
      chunks[at] = [random.pick(['IDAT', 'tEXt', 'zTXt', 'iTXt', 'PLTE', 'abCd', 'IEND', 'eXIf']), data]
    else if (what === 3 && type === 'IHDR') {
      const head = Buffer.from(data)
      head.writeUInt32BE(random.pick([0, 1, 8, 16_000, 2 ** 31 - 1, 2 ** 32 - 1]), random.pick([0, 4]))
      chunks[at] = [type, head]
    } else if (what === 4) {
      const text = Buffer.concat([
        Buffer.from(random.pick(['neg', 'parameters', 'x', ''])),
        Buffer.alloc(2),
        deflateSync('{}'),
      ])
      chunks.splice(1, 0, ['zTXt', text])
    } else if (data.length > 0) chunks[at] = [type, Buffer.from(mutatedBytes(data, random))]
  }
  return Buffer.concat([file.subarray(0, signature), ...chunks.map(([type, data]) => chunk(type, data))])
}

export async function open() {
  const server = await fuzzServer()
  const recipe = { prompt: 'a man', negatives: ['glasses'], seed: 1, steps: 1, width: 64, height: 64 }
  const { image, record } = await generate(server.model, recipe).result
  const png = Buffer.from(await writePng(image, { text: { neg: JSON.stringify(record) } }))
  const plain = Buffer.from(await writePng(image))
  return {
    async run(random) {
      const what = random.below(4)
      const file =
        what === 0
          ? Buffer.from(mutatedBytes(png, random))
          : what < 3
            ? rebuilt(png, random)
            : Buffer.from(writePngText(plain, { neg: mutatedJson(record, random) }))
      await server.ask('/v1/assets', { method: 'POST', headers: { 'content-type': 'image/png' }, body: file })
      await imageSize(file)
      const pixels = await readImage(file)
      if (pixels.data.length !== 4 * pixels.width * pixels.height) throw new Error('The picture has not its size.')
      const { neg } = readPngText(file)
      if (neg === undefined) return 'without a record'
      let data
      try {
        data = JSON.parse(neg)
      } catch {
        return 'no JSON'
      }
      plan(checkRecipe(data?.recipe), server.model)
      return 'read'
    },
    close: server.close,
  }
}

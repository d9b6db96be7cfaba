import { hubCache } from '@neg/node'
import portraits from '@neg/portraits'
import { sizeText } from '../output/size'
import { cachedModels, sizesBelow } from './hub-cache'
import { table } from './table'

/** A model that is on this machine. */
interface ModelEntry {
  readonly id: string
  readonly folder: string
  /** Of its ONNX files and their weights. */
  readonly bytes: number
  /** Whether it can be drawn with as it is. */
  readonly onnx: boolean
}

async function entryOf(id: string, folder: string): Promise<ModelEntry> {
  const files = await sizesBelow(folder)
  const networks = files.filter(({ path }) => /\.(onnx|onnx_data)$|weights\.pb$/.test(path))
  return { id, folder, bytes: networks.reduce((sum, { bytes }) => sum + bytes, 0), onnx: networks.length > 0 }
}

/** What models are here, for people or as JSON. */
export async function modelsText(json: boolean): Promise<string> {
  const cache = hubCache()
  const embedded = await entryOf('portraits', portraits)
  const cached = await Promise.all((await cachedModels(cache)).map(({ id, folder }) => entryOf(id, folder)))
  if (json) return `${JSON.stringify({ embedded, cache, cached }, null, 2)}\n`
  const rows = [
    ['portraits', sizeText(embedded.bytes), 'embedded, the default'],
    ...cached.map(({ id, bytes, onnx, folder }) =>
      onnx
        ? [id, sizeText(bytes), folder]
        : [id, '–', `has no ONNX files: optimum-cli export onnx --model ${id} ${id.split('/').pop()}-onnx`],
    ),
  ]
  const none = cached.length === 0 ? `\nNo diffusers model in the Hugging Face cache (${cache}).` : ''
  return `${table(rows)}${none}\n\n--model takes a folder exported by Optimum, or the name of a model on the Hugging Face Hub.\n`
}

import { type ModelPlace, modelFiles } from '../files/model-files'
import { openStore } from '../files/open-store'
import type { checkOptions } from '../options'
import { type ModelNeeds, modelNeeds } from './model-needs'

/** What the model asks of a GPU: one small file is read for it. Absent where the folder has no such file. */
export async function readNeeds(
  place: ModelPlace,
  options: ReturnType<typeof checkOptions>,
): Promise<ModelNeeds | undefined> {
  const { dtype, attention, cache, signal, localFilesOnly: localOnly } = options
  const dtypes = typeof dtype === 'string' ? [dtype] : Object.values(dtype ?? {})
  const files = await modelFiles(place, { store: await openStore(cache), dtypes, signal, localOnly })
  if (!(await files.list()).includes('unet/config.json')) return undefined
  const file = await files.open('unet/config.json')
  const text = new TextDecoder().decode(await file.slice(0, file.size))
  let config: unknown
  try {
    config = JSON.parse(text)
  } catch {
    return undefined // Whoever reads the folder says what is wrong with it.
  }
  return modelNeeds(config, typeof dtype === 'string' ? dtype : (dtype?.unet ?? 'fp32'), attention, files.name)
}

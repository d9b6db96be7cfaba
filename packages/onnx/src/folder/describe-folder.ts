import type { ModelInfo } from '@neg/core'
import * as z from 'zod'
import type { ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'
import { readModelIndex } from './model-index'
import { readRecommendation } from './recommendation'
import { readSchedulerConfig } from './scheduler-config'
import { readUnetConfig } from './unet-config'
import { readVaeConfig } from './vae-config'

const schema = z.looseObject({ time_cond_proj_dim: z.number().nullish() })

/** What a folder's small files say of its model: enough for its defaults (`recipeDefaults` of core). */
export type FolderDescription = Pick<
  ModelInfo,
  'id' | 'distilled' | 'scheduler' | 'size' | 'sizeMultiple' | 'recommended'
>

/**
 * Describes a model folder by its configs and its neg.json; no graph is opened. An export of a fixed size has it in its
 * graph alone: here its size is its config's.
 *
 * @throws `model-missing`, `model-file-missing`, `model-file-malformed`, `model-unsupported`
 */
export async function describeFolder(files: ModelFiles): Promise<FolderDescription> {
  const { legacy } = await readModelIndex(files)
  const [scheduler, unet, vae, present] = await Promise.all([
    readSchedulerConfig(files),
    readUnetConfig(files, legacy),
    readVaeConfig(files, legacy),
    files.list(),
  ])
  const config = present.includes('unet/config.json') ? await readJson(files, 'unet/config.json', schema) : {}
  const distilled = (config.time_cond_proj_dim ?? 0) > 0
  const [height, width] = unet.sampleSize.map((cells) => cells * vae.pixelsPer)
  const plain = {
    id: files.name,
    distilled,
    scheduler,
    size: { width, height },
    sizeMultiple: vae.pixelsPer * 2 ** unet.downsamplings,
  }
  const recommended = await readRecommendation(files, plain)
  return recommended ? { ...plain, recommended } : plain
}

import type { ModelInfo } from '@neg/core'
import * as z from 'zod'
import type { Architecture } from '../denoiser/architecture'
import { architectures } from '../denoiser/architectures'
import type { ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'
import { readModelIndex } from './model-index'
import { readRecommendation } from './recommendation'
import { readSchedulerConfig } from './scheduler-config'
import { readVaeConfig } from './vae-config'

const schema = z.looseObject({})

/** What a folder's small files say of its model: enough for its defaults (`recipeDefaults` of core). */
export type FolderDescription = Pick<
  ModelInfo,
  'id' | 'distilled' | 'distilledScale' | 'scheduler' | 'size' | 'sizeMultiple' | 'recommended'
>

/**
 * Describes a model folder by its configs and its neg.json; no graph is opened. An export of a fixed size has it in its
 * graph alone: here its size is its config's.
 *
 * @throws `model-missing`, `model-file-missing`, `model-file-malformed`, `model-unsupported`
 */
export async function describeFolder(files: ModelFiles): Promise<FolderDescription> {
  const { className, legacy } = await readModelIndex(files)
  const architecture = architectures.find((one) => one.takes(className)) ?? architectures[0]
  const [scheduler, grid, vae, present] = await Promise.all([
    readSchedulerConfig(files),
    architecture.readGrid(files, legacy),
    readVaeConfig(files, legacy),
    files.list(),
  ])
  const path = `${architecture.part}/config.json`
  const config = present.includes(path) ? await readJson(files, path, schema) : {}
  const { inputs, claims, manner }: Architecture = architecture
  const distilled = inputs.guidance !== undefined && claims.inputs[inputs.guidance](config)
  const { distilledScale, settings } = manner(distilled)
  const [height, width] = grid.trained.map((cells) => cells * vae.pixelsPer)
  const plain = {
    id: files.name,
    distilled,
    ...(distilledScale === undefined ? {} : { distilledScale }),
    scheduler,
    size: { width, height },
    sizeMultiple: vae.pixelsPer * grid.multiple,
  }
  const recommended = await readRecommendation(files, { ...plain, settings })
  return recommended ? { ...plain, recommended } : plain
}

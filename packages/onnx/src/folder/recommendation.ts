import type { ModelInfo, Recommendation, SchedulerSpec } from '@neg/core'
import type { RecommendedModel } from '@neg/core/adapter'
import * as z from 'zod'
import type { Manner } from '../denoiser/architecture'
import { denoiserParts } from '../denoiser/architectures'
import type { ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'
import { fewStepDefaults } from './few-step-kind'
import { recommendationFile } from './model-file-list'

/** Of networks that edit a picture they read: its authors' and diffusers' scales, 7.5 and 1.5. */
const editing: Recommendation = { guidance: { name: 'instruct-pix2pix' }, scale: 7.5 }

const named = z.looseObject({ _name_or_path: z.string().nullish().catch(undefined) })

/** What the configs say they were made from. */
async function namesOf(files: ModelFiles, present: readonly string[]): Promise<string[]> {
  const configs = ['model_index.json', ...denoiserParts.map((part) => `${part}/config.json`)].filter((path) =>
    present.includes(path),
  )
  const found = await Promise.all(configs.map(async (path) => (await readJson(files, path, named))._name_or_path))
  return [files.name, ...found.flatMap((name) => (name ? [name] : []))]
}

/**
 * What is recommended for a model folder: its neg.json, over what is known of models of its kind.
 *
 * @param model.distilled the network has a guidance input, whose defaults core knows
 * @param model.settings what models of its kind are drawn with
 * @returns undefined where neither says anything
 * @throws `model-file-malformed` naming file and key
 */
export async function readRecommendation(
  files: ModelFiles,
  {
    distilled,
    reads,
    settings,
    ...model
  }: Omit<RecommendedModel, 'id'> & Pick<ModelInfo, 'distilled' | 'reads'> & Pick<Manner, 'settings'>,
): Promise<Recommendation | undefined> {
  const present = await files.list()
  const few = (distilled ? undefined : await kindOf(files, present, model.scheduler)) ?? settings
  const kind = reads === 'image' ? { ...editing, ...few } : few
  if (!present.includes(recommendationFile)) return kind
  const content = await readJson(files, recommendationFile, z.unknown())
  // It needs every guidance and scheduler, which a browser's worker otherwise does not.
  const { parseRecommendation } = await import('@neg/core/adapter')
  const own = parseRecommendation(content, { ...model, id: files.name }, recommendationFile)
  const { assumed, ...sure }: Recommendation = kind ?? {}
  const left = assumed?.settings.filter((name) => own[name] === undefined) ?? []
  return { ...sure, ...own, ...(assumed && left.length > 0 ? { assumed: { ...assumed, settings: left } } : {}) }
}

const kindOf = async (files: ModelFiles, present: readonly string[], scheduler: SchedulerSpec) =>
  fewStepDefaults({ names: await namesOf(files, present), scheduler })

import { NegError } from '@neg/core'
import * as z from 'zod'
import type { Architecture } from '../denoiser/architecture'
import { architectures, denoiserParts } from '../denoiser/architectures'
import type { ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'
import { networkParts } from './graph-files'

const schema = z.looseObject({
  _class_name: z.string().min(1),
  force_zeros_for_empty_prompt: z.boolean().nullish(),
  is_cosxl_edit: z.boolean().nullish(),
})

/** Entries of an index: a part's library and class. */
const entry = z.tuple([z.string().nullable(), z.string().nullable()])

/** Parts that say which kind of pipeline a folder is of: each kind has some of them. */
const telling: readonly string[] = [
  ...denoiserParts,
  'prior',
  'prior_prior',
  'text_encoder_3',
  'unet_2',
  'movq',
  'decoder',
  'motion_adapter',
]

const supported = (known: readonly Architecture[]) => known.map(({ models }) => models).join('; ')

/** @throws `model-unsupported` for a family whose networks neg does not draw with, by what its index lists */
function checkEntries(
  name: string,
  className: string,
  index: Readonly<Record<string, unknown>>,
  known: readonly Architecture[],
): void {
  const own = known.find((one) => one.takes(className))
  for (const [part, value] of Object.entries(index)) {
    const parsed = entry.safeParse(value)
    const listed = parsed.success ? parsed.data[1] : null
    if (listed === null) continue
    const mine = part === own?.part || own?.encoders.includes(part)
    if (!(telling.includes(part) && !mine) && own?.classes[part]?.test(listed) !== false) continue
    throw new NegError(
      'model-unsupported',
      `${name} is a ${className}: by its model_index.json its ${part} is a ${listed}. Supported are ${supported(known)}.`,
      { where: 'model_index.json' },
    )
  }
}

/** `model_index.json`: which pipeline the folder is of. */
export interface ModelIndex {
  readonly className: string
  /** SDXL: the unconditional input is zeros. diffusers' default there is true. */
  readonly forceZeros: boolean
  /** The first exporter's pipelines, whose folders have no component configs and whose VAE factor is SD 1's. */
  readonly legacy: boolean
  /** Parts that it lists as there; empty for a folder without an index. */
  readonly listed: readonly string[]
  /** CosXL Edit: the picture that it reads is in the loop's scaling; else in the VAE's own. */
  readonly scaledImage?: boolean
}

/** The class of the network that a folder's config says; undefined where there is none. */
const networkSchema = z.looseObject({ _class_name: z.string().nullish().catch(undefined) })

/** The kind of a folder without an index: by its denoiser's folder and what its config calls the network. */
async function kindByParts(files: ModelFiles, present: readonly string[], known: readonly Architecture[]) {
  const parts = networkParts(present)
  const candidates = known.filter(({ part }) => parts.includes(part))
  for (const one of candidates) {
    const path = `${one.part}/config.json`
    if (!present.includes(path)) continue
    const { _class_name: network } = await readJson(files, path, networkSchema)
    const own = candidates.find(({ part, classes }) => part === one.part && network && classes[part]?.test(network))
    if (own) return own
  }
  // Two kinds may share a folder's name; then its config has to tell.
  return candidates.length === 1 ? candidates[0] : undefined
}

/** What a folder without an index is. */
async function indexByParts(
  files: ModelFiles,
  present: readonly string[],
  known: readonly Architecture[],
): Promise<ModelIndex> {
  const own = await kindByParts(files, present, known)
  const mine = (part: string) => part === own?.part || own?.encoders.includes(part)
  const other = telling.find((part) => !mine(part) && present.some((path) => path.startsWith(`${part}/`)))
  if (other !== undefined) {
    throw new NegError(
      'model-unsupported',
      `${files.name} has no model_index.json, and a ${other}/: it is of another kind than those that are supported, which are ` +
        `${supported(known)}.`,
      { where: other },
    )
  }
  if (!own) {
    const parts = [...new Set(known.map(({ part }) => `${part}/`))].join(' or ')
    throw new NegError(
      'model-missing',
      `${files.name} is no diffusers model folder: it has no model_index.json. Expected is a folder as ` +
        '`optimum-cli export onnx` writes it, with model_index.json, the denoiser ' +
        `(${parts}), text_encoder/, tokenizer/, vae_decoder/ and scheduler/.`,
      { where: 'model_index.json' },
    )
  }
  const xl = own.pipeline === 'StableDiffusionPipeline' && networkParts(present).includes('text_encoder_2')
  const className = xl ? 'StableDiffusionXLPipeline' : own.pipeline
  return { className, forceZeros: xl, legacy: false, listed: [] }
}

/**
 * Which pipeline a folder is of: by its `model_index.json`, else by its parts.
 *
 * @param known the kinds of denoisers to choose from
 * @throws `model-missing` where the folder is no model; `model-unsupported` for one of another kind
 */
export async function readModelIndex(
  files: ModelFiles,
  known: readonly Architecture[] = architectures,
): Promise<ModelIndex> {
  const present = await files.list()
  if (!present.includes('model_index.json')) return indexByParts(files, present, known)
  const index = await readJson(files, 'model_index.json', schema)
  const className = index._class_name
  checkEntries(files.name, className, index, known)
  const listed = Object.entries(index).flatMap(([part, value]) => (entry.safeParse(value).data?.[1] ? [part] : []))
  return {
    className,
    forceZeros: index.force_zeros_for_empty_prompt ?? className.startsWith('StableDiffusionXL'),
    legacy: className.includes('Onnx'),
    listed,
    ...(index.is_cosxl_edit ? { scaledImage: true } : {}),
  }
}

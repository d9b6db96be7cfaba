import { NegError, type SchedulerSpec } from '@neg/core'
import type { Architecture, Denoiser } from '../denoiser/architecture'
import { architectures } from '../denoiser/architectures'
import { fileMissing, type ModelFiles } from '../files/model-files'
import { readAttributes } from '../folder/attributes'
import type { LatentGrid } from '../folder/latent-grid'
import { checkWhole } from '../folder/missing-files'
import { type ModelIndex, readModelIndex } from '../folder/model-index'
import { readSchedulerConfig } from '../folder/scheduler-config'
import { readVaeConfig, type VaeConfig } from '../folder/vae-config'
import type { SessionFactory, Signature } from '../session/session'
import type { TextPlan } from '../text/text-plan'
import { checkParts } from './check-parts'
import { closeChannels } from './close-channels'
import { type ControlPart, readControlParts } from './control-parts'
import { readTextEncoderPart, type TextEncoderPart } from './text-encoder-part'

/** A network's graph and, for classifiers, what its outputs mean. */
export interface Classifier {
  readonly part: string
  readonly signature: Signature
  readonly attributes: readonly string[]
}

/** Everything a model folder says before a weight is read. */
export interface ModelParts {
  readonly index: ModelIndex
  readonly scheduler: SchedulerSpec
  readonly architecture: Architecture
  readonly denoiser: Denoiser
  readonly grid: LatentGrid
  /** Height and width in latent cells, where denoiser or VAE decoder were exported for one size; 0 where any goes. */
  readonly fixedSize: readonly [height: number, width: number]
  readonly vae: VaeConfig
  readonly decoder: Signature
  readonly encoder?: Signature
  readonly plan: TextPlan
  readonly text: readonly TextEncoderPart[]
  /** Text encoders that the folder's index lists and the folder has not. */
  readonly without: readonly string[]
  /** ControlNets; absent where the denoiser is led by none. */
  readonly controls?: readonly ControlPart[]
  readonly latentClassifier?: Classifier
  readonly imageClassifier?: Classifier
}

/**
 * Reads and checks a model folder: configs, tokenizers, graph headers.
 *
 * @param known the kinds of denoisers to choose from
 * @param controlnets names of ControlNets that must be of use
 * @throws `model-missing`, `model-file-missing`, `model-file-malformed`, `tokenizer-malformed`, `model-unsupported`
 */
export async function readModelParts(
  files: ModelFiles,
  sessions: SessionFactory,
  known: readonly Architecture[] = architectures,
  controlnets: readonly string[] = [],
): Promise<ModelParts> {
  const index = await readModelIndex(files, known)
  const architecture = architectureFor(files, index, known)
  const has = (part: string) => sessions.parts.includes(part)
  // Asked for first: a folder without it is told how to export.
  const signature = await closeChannels(architecture, files, sessions)
  const denoiser = architecture.describe(signature, architecture.part)
  const controls = await readControlParts(files, sessions, { architecture, denoiser, signature }, controlnets)
  const without = await leftOut(files, index, architecture, sessions)
  const plan = denoiser.texts(sessions.parts)
  await checkWhole(files, index.legacy)
  const classifier = async (part: string): Promise<Classifier | undefined> =>
    has(part)
      ? { part, signature: await sessions.signature(part), attributes: await readAttributes(files, part) }
      : undefined
  const [scheduler, grid, vae, decoder, encoder, text, latentClassifier, imageClassifier] = await Promise.all([
    readSchedulerConfig(files),
    architecture.readGrid(files, index.legacy),
    readVaeConfig(files, index.legacy, denoiser.channels),
    sessions.signature('vae_decoder'),
    has('vae_encoder') ? sessions.signature('vae_encoder') : undefined,
    Promise.all(plan.encoders.map((use) => readTextEncoderPart(files, sessions, use))),
    classifier('latent_classifier'),
    classifier('image_classifier'),
  ])
  const read = { index, scheduler, architecture, denoiser, grid, vae, decoder, encoder, plan, text, without }
  return {
    ...read,
    ...(controls ? { controls } : {}),
    fixedSize: checkParts(files.name, signature, read),
    latentClassifier,
    imageClassifier,
  }
}

/** @throws `model-unsupported` for pipelines of other networks */
function architectureFor({ name }: ModelFiles, { className }: ModelIndex, known: readonly Architecture[]) {
  const found = known.find((one) => one.takes(className))
  if (found) return found
  throw new NegError(
    'model-unsupported',
    `${name} is a ${className}. Supported are ${known.map(({ models }) => models).join('; ')}.`,
    { where: 'model_index.json' },
  )
}

/**
 * Text encoders that a folder lists and has nothing of: it is drawn without them where its kind can, and that is said.
 * @throws `model-file-missing` where their graph alone is missing
 */
async function leftOut(
  files: ModelFiles,
  { listed }: ModelIndex,
  { encoders }: Architecture,
  { parts }: SessionFactory,
): Promise<readonly string[]> {
  const present = await files.list()
  return encoders.filter((part) => {
    if (!listed.includes(part) || parts.includes(part)) return false
    if (!present.some((file) => file.startsWith(`${part}/`))) return true
    throw fileMissing(
      files.name,
      `${part}/model.onnx`,
      `Export the ${part}, too; to draw without it, take its folder away.`,
    )
  })
}

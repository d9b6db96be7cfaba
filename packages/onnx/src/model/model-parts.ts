import { NegError, type SchedulerSpec } from '@neg/core'
import type { Architecture, Denoiser } from '../denoiser/architecture'
import { architectures } from '../denoiser/architectures'
import type { ModelFiles } from '../files/model-files'
import { readAttributes } from '../folder/attributes'
import type { LatentGrid } from '../folder/latent-grid'
import { type ModelIndex, readModelIndex } from '../folder/model-index'
import { readSchedulerConfig } from '../folder/scheduler-config'
import { readMaxLength } from '../folder/text-encoder-config'
import { readVaeConfig, type VaeConfig } from '../folder/vae-config'
import type { SessionFactory, Signature } from '../session/session'
import type { EncoderUse, TextPlan } from '../text/text-plan'
import { readTokenizer } from '../tokenizer/read-tokenizer'
import type { Tokenizer } from '../tokenizer/tokenizer'

/** A network's graph and, for classifiers, what its outputs mean. */
export interface Classifier {
  readonly part: string
  readonly signature: Signature
  readonly attributes: readonly string[]
}

/** A text encoder's graph, and how it is read. */
export interface TextPart {
  readonly use: EncoderUse
  readonly signature: Signature
  readonly tokenizer: Tokenizer
}

/** Everything a model folder says before a weight is read. */
export interface ModelParts {
  readonly index: ModelIndex
  readonly scheduler: SchedulerSpec
  readonly architecture: Architecture
  readonly denoiser: Denoiser
  readonly grid: LatentGrid
  readonly vae: VaeConfig
  readonly decoder: Signature
  readonly encoder?: Signature
  readonly plan: TextPlan
  readonly text: readonly TextPart[]
  readonly latentClassifier?: Classifier
  readonly imageClassifier?: Classifier
}

/** Channels of a text encoder's embeddings, where its graph says. */
function widthOf({ outputs }: Signature): number | undefined {
  const size = outputs.find(({ name }) => name === 'last_hidden_state')?.shape[2]
  return typeof size === 'number' ? size : undefined
}

/**
 * Reads and checks a model folder: configs, tokenizers, graph headers.
 *
 * @param known the kinds of denoisers to choose from
 * @throws `model-missing`, `model-file-missing`, `model-file-malformed`, `tokenizer-malformed`, `model-unsupported`
 */
export async function readModelParts(
  files: ModelFiles,
  sessions: SessionFactory,
  known: readonly Architecture[] = architectures,
): Promise<ModelParts> {
  const index = await readModelIndex(files)
  const architecture = architectureFor(files, index, known)
  const has = (part: string) => sessions.parts.includes(part)
  // Asked for first: a folder without it is told how to export.
  const denoiser = architecture.describe(await sessions.signature(architecture.part), architecture.part)
  const plan = denoiser.texts(sessions.parts)
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
    Promise.all(plan.encoders.map((use) => readTextPart(files, sessions, use))),
    classifier('latent_classifier'),
    classifier('image_classifier'),
  ])
  const read = { index, scheduler, architecture, denoiser, grid, vae, decoder, encoder, plan, text }
  return { ...read, latentClassifier, imageClassifier }
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

async function readTextPart(files: ModelFiles, sessions: SessionFactory, use: EncoderUse): Promise<TextPart> {
  const signature = await sessions.signature(use.part)
  const length = Math.min(await readMaxLength(files, use.part), Number(signature.inputs[0].shape[1]) || 77)
  return { use, signature, tokenizer: await readTokenizer(files, use.tokenizer, length, widthOf(signature)) }
}

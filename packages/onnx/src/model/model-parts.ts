import type { SchedulerSpec } from '@neg/core'
import type { ModelFiles } from '../files/model-files'
import { readAttributes } from '../folder/attributes'
import { type ModelIndex, readModelIndex } from '../folder/model-index'
import { readSchedulerConfig } from '../folder/scheduler-config'
import { readMaxLength } from '../folder/text-encoder-config'
import { readUnetConfig, type UnetConfig } from '../folder/unet-config'
import { readVaeConfig, type VaeConfig } from '../folder/vae-config'
import type { SessionFactory, Signature } from '../session/session'
import { readTokenizer } from '../tokenizer/read-tokenizer'
import type { Tokenizer } from '../tokenizer/tokenizer'
import { describeUnet, type Unet } from '../unet/unet'

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
  readonly unet: Unet
  readonly unetConfig: UnetConfig
  readonly vae: VaeConfig
  readonly decoder: Signature
  readonly encoder?: Signature
  readonly text: readonly { readonly part: string; readonly signature: Signature; readonly tokenizer: Tokenizer }[]
  readonly latentClassifier?: Classifier
  readonly imageClassifier?: Classifier
}

/**
 * Reads and checks a model folder: configs, tokenizers, graph headers.
 * @throws `model-missing`, `model-file-missing`, `model-file-malformed`, `tokenizer-malformed`, `model-unsupported`
 */
export async function readModelParts(files: ModelFiles, sessions: SessionFactory): Promise<ModelParts> {
  const index = await readModelIndex(files)
  const has = (part: string) => sessions.parts.includes(part)
  // Asked for first: a folder without it is told how to export.
  const unet = describeUnet(await sessions.signature('unet'), 'unet')
  const textParts = unet.micro ? ['text_encoder', 'text_encoder_2'] : ['text_encoder']
  const classifier = async (part: string): Promise<Classifier | undefined> =>
    has(part)
      ? { part, signature: await sessions.signature(part), attributes: await readAttributes(files, part) }
      : undefined
  const [scheduler, unetConfig, vae, decoder, encoder, text, latentClassifier, imageClassifier] = await Promise.all([
    readSchedulerConfig(files),
    readUnetConfig(files, index.legacy),
    readVaeConfig(files, index.legacy),
    sessions.signature('vae_decoder'),
    has('vae_encoder') ? sessions.signature('vae_encoder') : undefined,
    Promise.all(
      textParts.map(async (part) => {
        const signature = await sessions.signature(part)
        const length = Math.min(await readMaxLength(files, part), Number(signature.inputs[0].shape[1]) || 77)
        return {
          part,
          signature,
          tokenizer: await readTokenizer(files, part.replace('text_encoder', 'tokenizer'), length),
        }
      }),
    ),
    classifier('latent_classifier'),
    classifier('image_classifier'),
  ])
  return { index, scheduler, unet, unetConfig, vae, decoder, encoder, text, latentClassifier, imageClassifier }
}

import { type DenoiseRow, type ModelInfo, NegError, type Requirement } from '@neg/core'
import { imageClassifier } from '../classifiers/image-classifier'
import { latentClassifier } from '../classifiers/latent-classifier'
import type { ModelFiles } from '../files/model-files'
import { readRecommendation } from '../folder/recommendation'
import { attentionEditor } from '../graph/attention-editor'
import { type LazySession, lazySession } from '../session/lazy-session'
import { createQueue, type Queue } from '../session/queue'
import type { SessionFactory } from '../session/session'
import { type PromptEncoder, promptEncoder } from '../text/prompt-encoder'
import { textEncoder } from '../text/text-encoder'
import { denoise } from '../unet/denoise'
import type { GraphEditor } from '../unet/denoiser-graph'
import { denoiserSession } from '../unet/denoiser-session'
import type { ResolvedRow } from '../unet/resolved-row'
import { vaeDecoder } from '../vae/decode'
import { vaeEncoder } from '../vae/encode'
import { modelDigest } from './model-digest'
import { type ModelParts, readModelParts } from './model-parts'
import type { OnnxModel } from './onnx-model'

export interface OnnxModelOptions {
  readonly files: ModelFiles
  /** Where the folder's networks run. */
  readonly sessions: SessionFactory
  /**
   * Rows of different pictures may share a session call, whose last bits then depend on the neighbours. Default: not on
   * the CPU, where it gains nothing.
   */
  readonly mixPictures?: boolean
  /** What can be added to the denoiser's graph. Default: capture and edits of attention, where its nodes can be read. */
  readonly editor?: GraphEditor
}

function infoFrom(files: ModelFiles, sessions: SessionFactory, parts: ModelParts, digest: string): ModelInfo {
  const { unet, unetConfig, vae, text, latentClassifier: latent } = parts
  const [height, width] = unet.fixedSize.map((n, i) => (n || unetConfig.sampleSize[i]) * vae.pixelsPer)
  return {
    id: files.name,
    digest,
    tokenLimit: text[0].tokenizer.limit,
    distilled: unet.guidanceSize > 0,
    latent: { channels: unet.channels, pixelsPer: vae.pixelsPer },
    size: { width, height },
    sizeMultiple: vae.pixelsPer * 2 ** unetConfig.downsamplings,
    null: unet.micro && parts.index.forceZeros ? 'zeros' : 'empty-text',
    scheduler: parts.scheduler,
    timestep: { batched: unet.batchedTimestep, integer: unet.integerTimestep },
    gradients: latent ? { 'latent-classifier': latent.attributes } : {},
    numerics: sessions.numerics,
  }
}

/** A row with its conditionings' tensors. */
function resolve(row: DenoiseRow, prompts: PromptEncoder): ResolvedRow {
  const embedding = prompts.tensorsOf(row.conditioning)
  const against = row.edit?.against
  return against ? { row, embedding, against: prompts.tensorsOf(against) } : { row, embedding }
}

/** What rows need of the denoiser's graph. */
function needsOf(rows: readonly DenoiseRow[]): ReadonlySet<Requirement> {
  const needs = new Set<Requirement>()
  for (const { edit, capture } of rows) {
    if (edit) needs.add(`attention.edit:${edit.name}`)
    if (capture) needs.add('attention.capture')
  }
  return needs
}

/**
 * A diffusers model folder of ONNX graphs as a model: configs and graph headers are read now, weights when they are first
 * needed.
 *
 * @throws `model-missing`, `model-file-missing`, `model-file-malformed`, `tokenizer-malformed`, `model-unsupported`
 */
export async function createOnnxModel(options: OnnxModelOptions): Promise<OnnxModel> {
  const { files, sessions } = options
  const parts = await readModelParts(files, sessions)
  const { unet, vae } = parts
  const nodes = await sessions.nodes?.('unet')
  const editor = options.editor ?? (nodes && attentionEditor(nodes, { batch: unet.fixedRows }))
  const plain = infoFrom(files, sessions, parts, await modelDigest(files, sessions))
  const recommended = await readRecommendation(files, plain)
  const info: ModelInfo = recommended ? { ...plain, recommended } : plain
  const mixPictures = options.mixPictures ?? sessions.numerics.device !== 'cpu'

  let disposed: Promise<void> | undefined
  const alive = () => {
    if (disposed) throw new NegError('disposed', `The model ${info.id} was disposed of.`)
  }
  const all = createQueue()
  /** What waits when the model is disposed of is rejected on its turn. */
  const queue: Queue = (work, waiting) =>
    all(() => {
      alive()
      return work()
    }, waiting)
  const opened: LazySession[] = []
  const session = (part: string): LazySession => {
    const lazy = lazySession(queue, () => sessions.open(part))
    opened.push(lazy)
    return lazy
  }
  const denoiser = denoiserSession(queue, (patch) => sessions.open('unet', patch), editor)
  const encoders = parts.text.map(({ part, signature, tokenizer }, i) =>
    textEncoder(
      {
        part,
        layer: unet.micro ? 'penultimate' : 'last',
        pooled: unet.micro && i === parts.text.length - 1,
      },
      signature,
      tokenizer,
      session(part),
    ),
  )
  const decode = vaeDecoder(parts.decoder, vae, session('vae_decoder'))
  const encodeImage = parts.encoder && vaeEncoder(parts.encoder, vae, unet.channels, session('vae_encoder'))
  const latent = parts.latentClassifier
  const gradient = latent && latentClassifier(latent.signature, latent.attributes, session(latent.part), latent.part)
  const judge = parts.imageClassifier
  const classify = judge && imageClassifier(judge.signature, judge.attributes, session(judge.part), judge.part)

  const provides = new Set<Requirement>(editor?.provides)
  if (encodeImage) provides.add('encode-image')
  if (gradient) provides.add('gradient:latent-classifier')

  const prompts = promptEncoder(encoders, { digest: info.digest, null: info.null, micro: unet.micro })

  return {
    info,
    provides,
    async prepare(needs, { signal }) {
      alive()
      return { graph: await denoiser.prepare(needs, { signal }) }
    },
    async encode(texts, options) {
      alive()
      return prompts.encode(texts, options)
    },
    async denoise({ rows }, { signal }) {
      alive()
      const resolved = rows.map((row) => resolve(row, prompts))
      return denoiser.use(
        needsOf(rows),
        (graph, session) => denoise(resolved, unet, graph, mixPictures, session, { signal }),
        { signal },
      )
    },
    async decode(latents, { signal }) {
      alive()
      return decode(latents, { signal })
    },
    ...(encodeImage
      ? {
          async encodeImage(image, { signal }) {
            alive()
            return encodeImage(image, { signal })
          },
        }
      : {}),
    ...(gradient
      ? {
          async gradient(name, input, { signal }) {
            alive()
            if (name === 'latent-classifier') return gradient(input, { signal })
            throw new NegError('guidance-unsupported', `${info.id} has no gradient network '${name}'.`, { where: name })
          },
        }
      : {}),
    ...(classify
      ? {
          async classify(image, { signal } = {}) {
            alive()
            return classify(image, { signal })
          },
        }
      : {}),
    dispose() {
      disposed ??= all(async () => {
        await denoiser.release()
        for (const lazy of opened) await lazy.release()
      })
      return disposed
    },
  }
}

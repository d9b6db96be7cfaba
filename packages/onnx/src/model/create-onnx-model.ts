import { type ModelInfo, NegError, type Requirement } from '@neg/core'
import type { DenoiseRow } from '@neg/core/adapter'
import type { Additions } from '../additions/addition'
import { withAdditions } from '../additions/with-additions'
import { imageClassifier } from '../classifiers/image-classifier'
import { latentClassifier } from '../classifiers/latent-classifier'
import type { Architecture } from '../denoiser/architecture'
import { controlOf, type OpenControlNet } from '../denoiser/control'
import { denoise } from '../denoiser/denoise'
import type { GraphEditor } from '../denoiser/denoiser-graph'
import { type DenoiserNeeds, denoiserSession } from '../denoiser/denoiser-session'
import type { ResolvedRow } from '../denoiser/resolved-row'
import type { ModelFiles } from '../files/model-files'
import { readRecommendation } from '../folder/recommendation'
import { attentionEditor } from '../graph/attention-editor'
import { closableAttention } from '../graph/closable-attention'
import { openAttention } from '../graph/open-attention'
import { type LazySession, lazySession } from '../session/lazy-session'
import { createQueue, type Queue } from '../session/queue'
import { createResidency, type Stage } from '../session/residency'
import type { SessionFactory } from '../session/session'
import { type PromptEncoder, promptEncoder } from '../text/prompt-encoder'
import { textEncoder } from '../text/text-encoder'
import { vaeDecoder } from '../vae/decode'
import { vaeEncoder } from '../vae/encode'
import { toVae } from '../vae/scaling'
import { type AttentionOption, attentionPlan, attentiveParts, proofSizes } from './attention-plan'
import { controlDigest } from './control-parts'
import { type MemoryOption, memoryPlan } from './memory-plan'
import { modelDigest } from './model-digest'
import { infoFrom } from './model-info'
import { type ModelParts, readModelParts } from './model-parts'
import type { OnnxModel } from './onnx-model'

export interface OnnxModelOptions extends Additions {
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
  /** Kinds of denoisers, of which the folder's pipeline says which one it has. Default: all that this package knows. */
  readonly architectures?: readonly Architecture[]
  /** Names of ControlNets that were asked for: refused where the denoiser is led by none. Those of the folder are there anyway. */
  readonly controlnets?: readonly string[]
  /** How attention is computed. Default `auto`. */
  readonly attention?: AttentionOption
  /** What stays in memory. Default `auto`. */
  readonly memory?: MemoryOption
  /** Bytes that the process can still have, by which `memory: 'auto'` decides; absent where nobody knows. */
  readonly free?: number
}

/** @throws `size-invalid` where the export fixed another size */
function checkSize(asked: { readonly width: number; readonly height: number }, { fixedSize, vae }: ModelParts): void {
  const [height, width] = fixedSize.map((cells) => cells * vae.pixelsPer)
  const fits = (own: number, given: number) => own === 0 || own === given
  if (fits(height, asked.height) && fits(width, asked.width)) return
  const [w, h] = [width || asked.width, height || asked.height]
  throw new NegError(
    'size-invalid',
    `This export draws ${w} × ${h} pixels (width × height) only; the picture asks for ${asked.width} × ${asked.height}. ` +
      `Ask for width ${w} and height ${h}, or export the model with free axes for other sizes.`,
    { where: 'width' },
  )
}

/** A row with its conditionings' tensors. */
function resolve(row: DenoiseRow, prompts: PromptEncoder): ResolvedRow {
  const embedding = prompts.tensorsOf(row.conditioning)
  const against = row.edit?.against
  return against ? { row, embedding, against: prompts.tensorsOf(against) } : { row, embedding }
}

/** What rows need of the denoiser's graph. */
function needsOf(rows: readonly DenoiseRow[], editor: GraphEditor | undefined): DenoiserNeeds {
  const additions = new Set<Requirement>()
  for (const { edit, capture } of rows) {
    if (edit) additions.add(`attention.edit:${edit.name}`)
    if (capture) additions.add('attention.capture')
  }
  return { additions, layers: editor?.layersOf(rows) ?? new Set() }
}

/**
 * A diffusers model folder of ONNX graphs as a model: configs and graph headers are read now, weights when they are first
 * needed.
 *
 * @throws `model-missing`, `model-file-missing`, `model-file-malformed`, `tokenizer-malformed`, `model-unsupported`
 */
export async function createOnnxModel(options: OnnxModelOptions): Promise<OnnxModel> {
  const { files } = options
  const own = await readModelParts(files, options.sessions, options.architectures, options.controlnets)
  const { architecture, denoiser, vae } = own
  const ground = { name: files.name, sessions: options.sessions, denoiser: architecture.part, text: own.text }
  const { sessions, text, info: additions } = await withAdditions(ground, options)
  const parts = { ...own, text }
  const { controls } = parts
  // Computed beside everything else that opening takes.
  const digested = modelDigest(files, sessions)
  digested.catch(() => undefined)
  const controlDigests = Promise.all((controls ?? []).map((one) => controlDigest(sessions, one)))
  controlDigests.catch(() => undefined)
  const exported = await sessions.nodes?.(architecture.part)
  const nodes = exported && openAttention(exported)
  const closable = nodes && closableAttention(nodes, architecture.attention.find(nodes))
  const attentive = await attentiveParts(
    sessions,
    parts,
    nodes && closable && { part: architecture.part, nodes, closable },
  )
  const plan = await attentionPlan(sessions, attentive, proofSizes(parts), options.attention ?? 'auto')
  const closed = plan.by && closable ? { by: plan.by, layers: closable } : undefined
  const editor =
    options.editor ?? (nodes && attentionEditor(architecture, nodes, { batch: denoiser.fixedRows, closed }))
  const memory = await memoryPlan(options.memory ?? 'auto', sessions, {
    parts: [
      ...parts.text.map(({ use }) => use.part),
      architecture.part,
      ...(controls ?? []).map(({ part }) => part),
      'vae_decoder',
    ],
    vae,
    fixed: parts.fixedSize.some((cells) => cells > 0),
    free: options.free,
  })
  const read = infoFrom(files, sessions, parts, { model: await digested, controls: await controlDigests }, plan, memory)
  const plain: ModelInfo = additions ? { ...read, additions } : read
  const { settings } = architecture.manner(denoiser.distilled)
  const recommended = await readRecommendation(files, { ...plain, settings })
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
  const low = memory.keeping === 'low'
  const calls = createQueue()
  /** Where stages take each other's place, nothing comes between the networks of one call of the model. */
  const turn: Queue = low ? calls : (work) => work()
  const residency = createResidency(memory.keeping)
  const opened: LazySession[] = []
  const session = (part: string, stage: Stage, waiting = queue): LazySession => {
    const lazy = lazySession(waiting, () => residency.open(stage, () => sessions.open(part, plan.patch(part))))
    residency.join(stage, () => lazy.release())
    opened.push(lazy)
    return lazy
  }
  /** A network that runs within the denoiser's turn. */
  const within = (part: string): LazySession => session(part, 'denoise', (work) => work())
  const network = denoiserSession(
    queue,
    (patch) => residency.open('denoise', () => sessions.open(architecture.part, patch)),
    editor,
    low,
  )
  residency.join('denoise', () => network.release())
  const networks = new Map(
    (controls ?? []).map(({ name, part, net }): [string, OpenControlNet] => [name, { net, session: within(part) }]),
  )
  const control = controls && controlOf(networks, memory.rows)
  const encoders = parts.text.map(({ use, graph, tokenizer }) =>
    textEncoder(use, graph, tokenizer, session(use.part, 'text')),
  )
  const { tiling } = memory
  const decode = vaeDecoder(parts.decoder, vae, session('vae_decoder', 'image'), tiling)
  const encodeImage =
    parts.encoder && vaeEncoder(parts.encoder, vae, denoiser.channels, session('vae_encoder', 'image'), tiling)
  const latent = parts.latentClassifier
  const gradient =
    latent && latentClassifier(latent.signature, latent.attributes, session(latent.part, 'denoise'), latent.part)
  const image = parts.imageClassifier
  const judge = image && imageClassifier(image.signature, image.attributes, session(image.part, 'judge'), image.part)

  const provides = new Set<Requirement>(editor?.provides)
  if (encodeImage) provides.add('encode-image')
  if (gradient) provides.add('gradient:latent-classifier')

  if (denoiser.reads === 'image') provides.add('read-image')
  const unscaled = denoiser.reads === 'image' && !parts.index.scaledImage
  /** InstructPix2Pix was trained on latents as the VAE has them. */
  const shown = (row: DenoiseRow): DenoiseRow =>
    row.beside && unscaled ? { ...row, beside: toVae(row.beside, vae) } : row

  const prompts = promptEncoder(encoders, {
    digest: info.digest,
    null: info.null,
    plan: parts.plan,
    tokens: denoiser.fixedTokens,
    without: parts.without,
  })

  return {
    info,
    provides,
    async prepare(needs, { signal }) {
      alive()
      return { graph: await network.prepare(needs, { signal }) }
    },
    async encode(texts, options) {
      alive()
      // Every run comes by here before its first step.
      checkSize(options, parts)
      return turn(() => prompts.encode(texts, options), options)
    },
    async denoise({ rows }, { signal }) {
      alive()
      const resolved = rows.map((row) => resolve(shown(row), prompts))
      const sharing = { mixPictures, rows: memory.rows }
      return turn(
        () =>
          network.use(
            needsOf(rows, editor),
            (graph, session) => denoise(resolved, denoiser, graph, sharing, session, { signal }, control),
            { signal },
          ),
        { signal },
      )
    },
    async decode(latents, { signal }) {
      alive()
      return turn(() => decode(latents, { signal }), { signal })
    },
    ...(encodeImage
      ? {
          async encodeImage(image, { signal, hide }) {
            alive()
            return turn(() => encodeImage(image, { signal, ...(hide ? { hide } : {}) }), { signal })
          },
        }
      : {}),
    ...(gradient
      ? {
          async gradient(name, input, { signal }) {
            alive()
            if (name === 'latent-classifier') return turn(() => gradient(input, { signal }), { signal })
            throw new NegError('guidance-unsupported', `${info.id} has no gradient network '${name}'.`, { where: name })
          },
        }
      : {}),
    ...(judge
      ? {
          async classify(image, { signal } = {}) {
            alive()
            return { ...(await turn(() => judge(image, { signal }), { signal })).attributes }
          },
          async judge(image, { signal } = {}) {
            alive()
            return turn(() => judge(image, { signal }), { signal })
          },
        }
      : {}),
    dispose() {
      disposed ??= all(async () => {
        await network.release()
        for (const lazy of opened) await lazy.release()
      })
      return disposed
    },
  }
}

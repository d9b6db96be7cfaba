import type { ModelInfo } from '@neg/core'
import { fixed } from '../denoiser/feeds'
import type { ModelFiles } from '../files/model-files'
import type { SessionFactory } from '../session/session'
import type { AttentionPlan } from './attention-plan'
import type { ControlPart } from './control-parts'
import type { MemoryPlan } from './memory-plan'
import type { ModelParts } from './model-parts'

/** What is known of a model before a weight is read. */
export function infoFrom(
  files: ModelFiles,
  sessions: SessionFactory,
  parts: ModelParts,
  digests: { readonly model: string; readonly controls: readonly string[] },
  { info: attention }: AttentionPlan,
  memory: MemoryPlan,
): ModelInfo {
  const { architecture, denoiser, grid, vae, plan, text, fixedSize, controls, latentClassifier: latent } = parts
  const [height, width] = fixedSize.map((n, i) => (n || grid.trained[i]) * vae.pixelsPer)
  const free = text.find(({ use }) => use.tokens !== undefined)
  const couldHave = denoiser.texts(architecture.encoders).encoders.some(({ tokens }) => tokens !== undefined)
  const { distilledScale, walk } = architecture.manner(denoiser.distilled)
  return {
    id: files.name,
    digest: digests.model,
    ...(free || couldHave ? { sequenceLength: { default: free?.tokenizer.limit ?? 0, most: free?.most ?? 0 } } : {}),
    tokenLimits: Object.fromEntries(text.map(({ use, tokenizer }) => [use.part, tokenizer.limit])),
    distilled: denoiser.distilled,
    ...(distilledScale === undefined ? {} : { distilledScale }),
    latent: { channels: denoiser.channels, pixelsPer: vae.pixelsPer },
    ...(denoiser.reads ? { reads: denoiser.reads } : {}),
    ...(controls ? { controls: controls.map((one, i) => controlInfo(one, digests.controls[i], parts)) } : {}),
    size: { width, height },
    sizeMultiple: vae.pixelsPer * grid.multiple,
    ...(grid.most === undefined ? {} : { sizeMost: vae.pixelsPer * grid.most }),
    null: plan.zeros && parts.index.forceZeros ? 'zeros' : 'empty-text',
    scheduler: parts.scheduler,
    ...(walk ? { walk } : {}),
    timestep: { batched: denoiser.batchedTimestep, integer: denoiser.integerTimestep },
    gradients: latent ? { 'latent-classifier': latent.attributes } : {},
    ...(attention ? { attention } : {}),
    ...memory.info,
    numerics: sessions.numerics,
  }
}

/** What is told of a ControlNet: also the size that its graph fixed, by the picture or by x. */
function controlInfo({ name, net }: ControlPart, sha256: string, { vae, grid }: ModelParts) {
  const [height, width] = net.fixedSize.map((own, i) => own || fixed(net.latents.shape[2 + i]) * vae.pixelsPer)
  const size = { width: width || grid.trained[1] * vae.pixelsPer, height: height || grid.trained[0] * vae.pixelsPer }
  return { name, sha256, ...(width || height ? { size } : {}) }
}

import {
  type CallOptions,
  type DiffusionModel,
  type Json,
  type ModelInfo,
  NegError,
  type SchedulerSpec,
  type Tensor,
} from '@neg/core'
import type { Conditioning, PromptInput } from '@neg/core/adapter'
import { conversion, type Level, type Prediction, type Space, torchGenerator } from '@neg/core/schedulers'
import { type MixtureComponent, type NoiseLevel, noisyDensity, sharesOf } from './gaussian-mixture'

/** A diffusion model known in closed form. */
export interface GaussianMixtureModel extends DiffusionModel {
  readonly components: readonly MixtureComponent[]
  /** ∇_x log p_t(x | text) in float64; `null` text is the whole mixture. */
  score(text: string | null, x: ArrayLike<number>, level: NoiseLevel): Float64Array
  /** log p_t(x | text). */
  logDensity(text: string | null, x: ArrayLike<number>, level: NoiseLevel): number
  /** The level that the network understands a timestep as. */
  levelAt(t: number): Level
}

export interface GaussianMixtureOptions {
  /** Default: six portraits in words, see `portraitMixture`. */
  readonly components?: readonly MixtureComponent[]
  /** Latents, [C, h, w]. Default [2, 4, 4]. */
  readonly shape?: readonly [channels: number, height: number, width: number]
  /** What the network predicts; `flow` is rectified flow (α + σ = 1), the others VP. Default `eps`. */
  readonly prediction?: Space
  /** Scheduler of the model's own; default DDIM, for `flow` FlowMatchEulerDiscrete. */
  readonly scheduler?: SchedulerSpec
}

const trained = 1000

/** ᾱ of Stable Diffusion's scaled linear betas. */
const alphaBars = (() => {
  const [first, last] = [Math.sqrt(0.00085), Math.sqrt(0.012)]
  let product = 1
  return Array.from({ length: trained }, (_, t) => (product *= 1 - (first + ((last - first) * t) / (trained - 1)) ** 2))
})()

/** σ/α at a timestep, linear between whole ones as schedulers have it. */
function ratioAt(t: number): number {
  const ratio = (i: number) => Math.sqrt((1 - alphaBars[i]) / alphaBars[i])
  const low = Math.min(Math.max(Math.floor(t), 0), trained - 2)
  return ratio(low) + (t - low) * (ratio(low + 1) - ratio(low))
}

function vpLevelAt(t: number): Level {
  const ratio = ratioAt(t)
  const alpha = 1 / Math.hypot(1, ratio)
  return { t, alpha, sigma: ratio * alpha }
}

const flowLevelAt = (t: number): Level => ({ t, alpha: 1 - t / trained, sigma: t / trained })

/** Six portraits: woman or man, each plain, with glasses, or a pirate; their means are drawn once and for all. */
export function portraitMixture(size: number): MixtureComponent[] {
  const { randn } = torchGenerator('20240602')
  const [woman, man, glasses, pirate] = [randn(size), randn(size), randn(size), randn(size)]
  const kinds: [string[], Float32Array | undefined, number][] = [
    [[], undefined, 3],
    [['glasses'], glasses, 2],
    [['pirate'], pirate, 1],
  ]
  return (
    [
      ['woman', woman],
      ['man', man],
    ] as const
  ).flatMap(([who, mean]) =>
    kinds.map(([tags, shift, weight]) => ({
      tags: [who, ...tags],
      mean: mean.map((value, i) => value + (shift?.[i] ?? 0)),
      deviation: 0.4,
      weight,
    })),
  )
}

const predictionTypes: Record<Space, string> = { eps: 'epsilon', v: 'v_prediction', x0: 'sample', flow: 'flow' }

function ownScheduler(prediction: Space): SchedulerSpec {
  if (prediction === 'flow')
    return { name: 'FlowMatchEulerDiscreteScheduler', config: { num_train_timesteps: trained, shift: 1 } }
  return {
    name: 'DDIMScheduler',
    config: {
      num_train_timesteps: trained,
      beta_start: 0.00085,
      beta_end: 0.012,
      beta_schedule: 'scaled_linear',
      clip_sample: false,
      set_alpha_to_one: false,
      steps_offset: 1,
      prediction_type: predictionTypes[prediction],
    },
  }
}

/**
 * A diffusion model whose every score is exact: conditions are texts that name components of a Gaussian mixture, the
 * network is the mixture's own denoiser. For tests of guidance and schedulers, offline and in microseconds.
 *
 * Negative weight in embedding space (`blend`) mixes shares. It has a classifier of its words
 * (`gradient:latent-classifier`), exact too. Pictures are grey.
 */
export function gaussianMixtureModel({
  shape = [2, 4, 4],
  prediction = 'eps',
  components = portraitMixture(shape[0] * shape[1] * shape[2]),
  scheduler = ownScheduler(prediction),
}: GaussianMixtureOptions = {}): GaussianMixtureModel {
  const [channels, height, width] = shape
  const levelAt = prediction === 'flow' ? flowLevelAt : vpLevelAt
  const words = [...new Set(components.flatMap(({ tags }) => tags))]
  const density = (shares: readonly number[], x: ArrayLike<number>, level: NoiseLevel) =>
    noisyDensity(components, shares, x, level)

  const output = (input: Tensor, level: Level, prompt: PromptInput): Tensor => {
    const { score } = density(sharesFor(components, prompt), input.data, level)
    // x0 = (x + σ² score)/α; all predictions follow from it, and it is well defined where α is tiny too.
    const { alpha, sigma } = level
    const eps = score.map((slope) => -sigma * slope)
    const [a, b] = conversion('eps', prediction, level)
    if (Number.isFinite(a) && Number.isFinite(b)) {
      return { data: Float32Array.from(eps, (e, i) => a * input.data[i] + b * e), shape: input.shape }
    }
    // Pure noise (α = 0): x0 is the mean of the condition, n is x.
    const mean = meanOf(components, sharesFor(components, prompt))
    return {
      data: Float32Array.from(mean, (m, i) => atPureNoise(prediction, alpha, input.data[i], m)),
      shape: input.shape,
    }
  }

  const info: ModelInfo = {
    id: `gaussian-mixture-${prediction}`,
    digest: '0'.repeat(64),
    tokenLimits: { text_encoder: 77 },
    distilled: false,
    latent: { channels, pixelsPer: 8 },
    size: { width: 8 * width, height: 8 * height },
    sizeMultiple: 8,
    null: 'empty-text',
    scheduler,
    timestep: { batched: true, integer: false },
    gradients: { 'latent-classifier': words },
    numerics: { backend: 'exact', runtime: '1', device: 'cpu', threads: 1 },
  }

  return {
    info,
    components,
    levelAt,
    provides: new Set(['gradient:latent-classifier']),
    score: (text, x, level) => density(sharesOf(components, text), x, level).score,
    logDensity: (text, x, level) => density(sharesOf(components, text), x, level).logDensity,
    prepare: async () => ({ graph: 'exact' }),
    encode: async (prompts, { signal }: CallOptions) => {
      signal?.throwIfAborted()
      return prompts.map((prompt) => conditioningOf(components, prompt))
    },
    denoise: async ({ rows }, { signal }) => {
      signal?.throwIfAborted()
      return {
        rows: rows.map(({ input, t, conditioning }) => ({ output: output(input, levelAt(t), conditioning.prompt) })),
        calls: 1,
        rowsPerCall: rows.length,
        ms: 0,
      }
    },
    decode: async ({ shape: [, h, w] }) => ({
      width: 8 * w,
      height: 8 * h,
      data: new Uint8ClampedArray(256 * h * w).fill(128),
    }),
    gradient: async (_, { x, level, target }) => {
      const total = density(sharesOf(components, null), x.data, level).score
      const sum = new Float64Array(total.length)
      for (const [word, sign] of Object.entries(target as { [word: string]: Json })) {
        const shares = components.map(({ tags, weight }) => (tags.includes(word) === (sign === 1) ? weight : 0))
        density(shares, x.data, level).score.forEach((slope, i) => (sum[i] += slope - total[i]))
      }
      return { data: Float32Array.from(sum), shape: x.shape }
    },
    dispose: async () => {},
  }
}

function sharesFor(components: readonly MixtureComponent[], { text, blend }: PromptInput): number[] {
  if (!blend) return sharesOf(components, text)
  const parts = blend.map(({ text, weight }) => sharesOf(components, text).map((share) => share * weight))
  const mixed = components.map((_, k) =>
    Math.max(
      0,
      parts.reduce((sum, part) => sum + part[k], 0),
    ),
  )
  return mixed.some((share) => share > 0) ? mixed : sharesOf(components, null)
}

function meanOf(components: readonly MixtureComponent[], shares: readonly number[]): Float64Array {
  const total = shares.reduce((a, b) => a + b, 0)
  const mean = new Float64Array(components[0].mean.length)
  components.forEach((component, k) => mean.forEach((_, i) => (mean[i] += (shares[k] / total) * component.mean[i])))
  return mean
}

function atPureNoise(space: Prediction['space'], alpha: number, x: number, mean: number): number {
  if (space === 'eps') return x
  if (space === 'x0') return mean
  return space === 'flow' ? x - mean : alpha * x - mean
}

function conditioningOf(components: readonly MixtureComponent[], prompt: PromptInput): Conditioning {
  const shares = sharesFor(components, prompt)
  if (shares.every((share) => share === 0)) {
    throw new NegError('prompt-invalid', `No component of the mixture is called '${prompt.text}' in all its words.`)
  }
  return { id: JSON.stringify([prompt.text, shares]), prompt, words: [], length: 1, warnings: [], release: () => {} }
}

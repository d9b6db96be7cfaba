import type { Pixels, Tensor } from '@neg/core'
import { learnSketch, type SketchWeights, sketchOf } from '../lib/latent-sketch'
import type { DrawResult, Place } from './place'

/** What previews may add to a picture's time. */
const share = 0.05

interface Learned {
  /** Milliseconds of a step and of a decoding. */
  readonly step: number
  readonly decode: number
  readonly weights?: SketchWeights
}

const learned = new Map<string, Learned>()

const keyOf = ({ info, where }: Place): string => `${info.digest} ${where}`

/**
 * Every how many steps a preview may be decoded, so that all of them stay within their share of the picture's time. Before the
 * first picture, whose costs nobody knows: never where each step can be sketched, else once.
 */
export function previewEvery(place: Place, steps: number): number | undefined {
  const known = learned.get(keyOf(place))
  const most = known ? Math.floor((share * steps * known.step) / known.decode) : place.device ? 0 : 1
  return most === 0 ? undefined : Math.ceil(steps / (most + 1))
}

/** Learns from a finished picture what things cost, and how its latents look. */
export async function learn(
  place: Place,
  { image, latents, timings, record: { recipe } }: DrawResult,
  previews: number,
): Promise<void> {
  const { region, inversion } = recipe.image ?? {}
  // Latents are of the region alone.
  const drawn = region
    ? (await import('@neg/core/internal')).resample(image, region, recipe.width, recipe.height)
    : image
  const weights = latents.data.length > 0 ? learnSketch(latents, drawn) : undefined
  learned.set(keyOf(place), {
    step: (timings.network + timings.loop) / (inversion ? 2 * recipe.steps : recipe.steps),
    decode: Math.max(1, timings.decode / (previews + 1)),
    ...(weights ? { weights } : {}),
  })
}

/** The picture so far, a pixel a latent cell, at no cost; undefined before the model's first picture. */
export function sketch(place: Place, x: Tensor | undefined): Pixels | undefined {
  const weights = learned.get(keyOf(place))?.weights
  return x && weights && sketchOf(x, weights)
}

import { type DiffusionModel, NegError, type Pixels, type RunResult, type Tensor } from '@neg/core'
import {
  chooseWindow,
  differenceAt,
  pictureDistance,
  type TriedWindow,
  type WindowCandidate,
  type WindowChoice,
} from '@neg/core/analysis'
import type { OnnxModel } from '@neg/onnx'

/** Pictures of the candidates, and the one without the negative. */
export interface TriedPictures {
  readonly without: RunResult
  readonly pictures: readonly { readonly candidate: WindowCandidate; readonly result: RunResult }[]
  readonly choice: WindowChoice
  /** The judge's probability of the thing without the negative; undefined where none knows it. */
  readonly seen?: number
}

/** The probability that a model's judge gives a thing; undefined where there is no judge of it, or of this size. */
async function judge(
  { classify }: DiffusionModel & Pick<OnnxModel, 'classify'>,
  image: Pixels,
  thing: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  try {
    return (await classify?.(image, { signal }))?.[thing.trim().toLowerCase()]
  } catch (error) {
    if (NegError.isInstance(error) && error.code === 'image-mismatch') return undefined
    throw error
  }
}

/**
 * Draws with every candidate, and without the negative, and chooses among what was seen.
 *
 * @param always the picture with the negative always on, which is there already
 * @param place where the negative's word is looked at, [h, w]
 */
export async function tryWindows(
  model: DiffusionModel & Pick<OnnxModel, 'classify'>,
  { thing, always, place }: { readonly thing: string; readonly always: RunResult; readonly place: Tensor },
  candidates: readonly WindowCandidate[],
  draw: (candidate: WindowCandidate | undefined) => Promise<RunResult>,
  signal: AbortSignal,
): Promise<TriedPictures> {
  const without = await draw(undefined)
  const seen = await judge(model, without.image, thing, signal)
  const pictures: { candidate: WindowCandidate; result: RunResult }[] = []
  const tried: TriedWindow[] = []
  for (const candidate of candidates) {
    const result = candidate.name === 'always' ? always : await draw(candidate)
    const probability = await judge(model, result.image, thing, signal)
    pictures.push({ candidate, result })
    tried.push({
      ...candidate,
      distance: pictureDistance(result.image, without.image),
      atPlace: differenceAt(result.image, without.image, place),
      ...(probability === undefined ? {} : { seen: probability }),
    })
  }
  return { without, pictures, choice: chooseWindow(tried, seen), ...(seen === undefined ? {} : { seen }) }
}

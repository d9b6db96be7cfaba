import { NegError, type RecipeInput } from '@neg/core'
import {
  chooseWindow,
  differenceAt,
  pictureDistance,
  type TriedWindow,
  type WindowCandidate,
  type WindowChoice,
  windowCandidates,
} from '@neg/core/analysis'
import { signal } from '@preact/signals'
import type { SeenNegative } from '../lib/attention'
import { specsOf, withNegatives } from '../lib/spec'
import { more } from '../strings'
import { recommended } from './defaults'
import { model } from './model'
import { drawAll } from './queue'
import { fail, type Picture } from './run'

/** Windows that were drawn with for a negative of a picture, and what they show. */
export interface Trial {
  readonly text: string
  readonly choice: WindowChoice
  /** The judge's probability without the negative. */
  readonly seenWithout?: number
  /** The pictures that it was made from: it is of no use once others are shown. */
  readonly of: readonly Picture[]
}

export const trial = signal<Trial | undefined>(undefined)

const isAlways = ({ name }: WindowCandidate): boolean => name === 'always'

export const candidateName = ({ name }: Pick<WindowCandidate, 'name'>): string => more().windows[name]

/** What the judge of the open model says of a thing; undefined where it has none, or none that knows it. */
async function judged({ image }: Picture, text: string): Promise<number | undefined> {
  const place = model.value
  if (!place?.judge || !image) return undefined
  try {
    return (await place.judge(image, {}))[text.trim().toLowerCase()]
  } catch (error) {
    if (NegError.isInstance(error) && error.code === 'image-mismatch') return undefined
    throw error
  }
}

/**
 * Draws a picture again without one of its negatives and with it in each window that is worth a picture, on the same seed,
 * shows all of them, and chooses. A picture whose negative was always on stands for that.
 */
export async function tryWindows(picture: Picture, index: number, { place, suggestion }: SeenNegative): Promise<void> {
  // Drawn again by the record: whatever the page says by now.
  const recipe = (picture.record?.recipe ?? picture.recipe) as RecipeInput
  const specs = specsOf(recipe)
  const { text, window } = specs[index]
  const candidates = windowCandidates(suggestion.window, picture.steps, recommended.value.window)
  const kept = window ? [] : [{ ...picture, label: candidateName({ name: 'always' }) }]
  const drawn = candidates.filter((candidate) => kept.length === 0 || !isAlways(candidate))
  trial.value = undefined
  const shown = await drawAll(
    [
      {
        label: more().withoutNegative(text),
        recipe: withNegatives(
          recipe,
          specs.filter((_, i) => i !== index),
        ),
      },
      ...drawn.map((candidate) => ({
        label: candidateName(candidate),
        recipe: {
          ...recipe,
          negatives: specs.map((spec, i) => (i === index ? { ...spec, window: candidate.window } : spec)),
        },
      })),
    ],
    { kept },
  )
  if (!shown) return // stopped
  const [without, ...rest] = shown.filter(({ photo }) => !photo).slice(kept.length)
  try {
    const of = async (candidate: WindowCandidate, picture: Picture): Promise<TriedWindow> => {
      const seen = await judged(picture, text)
      return {
        ...candidate,
        distance: pictureDistance(picture.image!, without.image!),
        atPlace: differenceAt(picture.image!, without.image!, place),
        ...(seen === undefined ? {} : { seen }),
      }
    }
    const tried: TriedWindow[] = []
    for (const candidate of candidates) {
      tried.push(await of(candidate, drawn.includes(candidate) ? rest[drawn.indexOf(candidate)] : shown[0]))
    }
    const seenWithout = await judged(without, text)
    const choice = chooseWindow(tried, seenWithout)
    trial.value = { text, choice, ...(seenWithout === undefined ? {} : { seenWithout }), of: shown }
  } catch (error) {
    await fail(error)
  }
}

import type { Pixels, RecipeInput } from '@neg/core'
import { keepText } from '../lib/attention'
import { isEdit, specsOf } from '../lib/spec'
import { remember } from './history'
import { inputsOf } from './inputs'
import type { Place, PlaceRun } from './place'
import { learn, previewEvery, sketch } from './previews'
import { change, forgetJob, jobKey, pictures, watch } from './run'

/** Whose words are watched: of prompts that there are. */
const captureOf = (recipe: RecipeInput) =>
  ({
    roles: ['positive', ...(specsOf(recipe).length > 0 ? ['negative'] : [])],
    tokens: 'words',
    maps: true,
    layers: 'merged',
    idle: 'observe',
  }) as const

/** Follows a run to its end, as the picture of that index. */
async function follow(
  place: Place,
  index: number,
  run: PlaceRun,
  laidOver: (sketch: Pixels) => Pixels = (sketch) => sketch,
): Promise<void> {
  let previews = 0
  for await (const event of run) {
    switch (event.type) {
      case 'warning':
        change(index, ({ warnings }) => ({ warnings: [...warnings, { code: event.code, message: event.message }] }))
        break
      case 'inversion-step':
        change(index, ({ evaluations }) => ({
          back: { step: event.step + 1, steps: event.steps },
          evaluations: { ...evaluations, run: evaluations.run + event.run },
        }))
        break
      case 'mask':
        change(index, () => ({ found: event.image }))
        break
      case 'step-end': {
        const sketched = watch.value.previews ? sketch(place, event.x) : undefined
        const image = sketched && laidOver(sketched)
        change(index, ({ evaluations: e }) => ({
          step: event.step + 1,
          steps: event.steps,
          evaluations: {
            run: e.run + event.run,
            elided: e.elided + event.elided,
            observed: e.observed + event.observed,
          },
          ...(image ? { image } : {}),
        }))
        break
      }
      case 'attention':
        change(index, ({ attention: seen }) => ({ attention: keepText(seen, event) }))
        break
      case 'status':
        change(index, () => ({ queued: event.status === 'queued' ? { before: event.queuePosition } : undefined }))
        break
      case 'preview':
        previews++
        change(index, () => ({ image: event.image }))
        break
      case 'image':
        change(index, () => ({ image: event.image }))
    }
  }
  const result = await run.result
  const { record, timings, image } = result
  await learn(place, result, previews)
  change(index, () => ({ done: true, record, image, milliseconds: timings.total, evaluations: record.evaluations }))
  const entry = await remember(record, image, timings.total)
  change(index, () => ({ entry }))
}

/** Draws one of the pictures. */
export async function draw(
  place: Place,
  index: number,
  options: { readonly signal: AbortSignal; readonly attention: boolean; readonly left?: string },
): Promise<void> {
  const { signal, left } = options
  const { label, recipe: asked } = pictures.value[index]
  const inputs = left === undefined ? await inputsOf(asked) : []
  const recipe =
    left === undefined && isEdit(asked) ? (await import('./fit-edit')).fitEdit(asked, place, inputs) : asked
  const cost = place.plan(recipe)
  const steps = recipe.steps ?? cost?.steps ?? pictures.value[index].steps
  change(index, () => ({ recipe, steps, ...(cost ? { planned: { min: cost.min, max: cost.max } } : {}) }))
  const { attention, previews } = watch.value
  const every = previews ? previewEvery(place, steps) : undefined
  const run =
    left === undefined
      ? place.draw(recipe, {
          signal,
          ...(every === undefined ? {} : { previews: { every } }),
          ...(attention && options.attention && place.provides.has('attention.capture')
            ? { capture: captureOf(recipe) }
            : {}),
          inputs,
        })
      : place.attach!(left, { signal })
  run.id
    ?.then((id) => localStorage.setItem(jobKey, JSON.stringify({ server: place.where, id, label, recipe })))
    .catch(() => {}) // `result` says so
  try {
    const { region } = recipe.image ?? {}
    const [start] = inputs
    const laidOver = region && start && (await import('../lib/region-sketch')).regionSketch(start.pixels, region)
    await follow(place, index, run, laidOver)
  } finally {
    if (run.id) forgetJob()
  }
}

import {
  type DiffusionModel,
  generate,
  type Pixels,
  plan,
  type RecipeInput,
  type RunEvent,
  type RunResult,
} from '@neg/core'
import type { AttentionSample } from '@neg/core/analysis'
import { createScheduler } from '@neg/core/schedulers'

/** A run that was watched. */
export interface Observation {
  readonly result: RunResult
  readonly samples: readonly AttentionSample[]
  /** The predicted clean image, by step. */
  readonly previews: ReadonlyMap<number, Pixels>
  /** Timestep of each network call. */
  readonly timesteps: readonly number[]
}

/** The words of a text, each once. */
export const wordsOf = (text: string): string[] => [
  ...new Set([...text.matchAll(/[^\s\p{P}]+(?:['’][^\s\p{P}]+)*/gu)].map(([word]) => word)),
]

/** At most this many moments are shown in a strip. */
const moments = 7

/**
 * Draws a picture once and keeps what its prompts attended to at every call.
 * @param watched the negative's word, and whose tokens words are looked for in
 */
export async function observe(
  model: DiffusionModel,
  recipe: RecipeInput,
  { word, encoder }: { readonly word: string; readonly encoder?: string },
  signal: AbortSignal,
  follow: (event: RunEvent) => void,
): Promise<Observation> {
  const { steps } = plan(recipe, model)
  const run = generate(model, recipe, {
    signal,
    previews: { every: Math.max(1, Math.ceil(steps / moments)) },
    capture: {
      roles: ['positive', 'negative'],
      tokens: [...new Set([...wordsOf(recipe.prompt), word])],
      maps: true,
      idle: 'observe',
      ...(encoder === undefined ? {} : { encoder }),
    },
  })
  const samples: AttentionSample[] = []
  const previews = new Map<number, Pixels>()
  for await (const event of run) {
    follow(event)
    if (event.type === 'attention') samples.push(event)
    if (event.type === 'preview') previews.set(event.step, event.image)
  }
  const result = await run.result
  const { scheduler, steps: drawn } = result.record.recipe
  previews.set(drawn - 1, result.image)
  const schedule = createScheduler(scheduler, model.info.scheduler).schedule({
    steps: drawn,
    latentShape: [...result.latents.shape],
    ...(model.info.walk?.sigmas === 'even' ? { even: true } : {}),
  })
  return { result, samples, previews, timesteps: schedule.calls.map(({ level }) => level.t) }
}

import { mergeLayers } from '../analysis/merge-layers'
import { resizeMap } from '../analysis/resize-map'
import type { Condition } from '../guidance/condition'
import { cellNorms, smooth } from '../guidance/local-map'
import { convert } from '../prediction/prediction'
import type { ImageSpec } from '../recipe/image'
import type { Schedule } from '../schedulers/scheduler'
import { minus } from '../tensor/arithmetic'
import { type Tensor, tensor } from '../tensor/tensor'
import { controlAt } from './control'
import type { LoopInput } from './denoising-loop'
import type { KeptLatents } from './kept-latents'
import { Passes } from './passes'
import { guidanceInputAt, type RunPlan, viewOf } from './view'

type Find = NonNullable<ImageSpec['find']>

/** Calls that are looked at, at most. */
const looks = 6

/** Noise, as a share σ/√(α² + σ²), at which predictions say where things are: the picture stands, and is not yet all there. */
const telling = { from: 0.4, to: 0.9 }

/** The calls of a run at which a mask is looked for: evenly spread over those of middling noise, one at least. */
export function findingCalls({ calls }: Pick<Schedule, 'calls'>): number[] {
  const middling = calls.flatMap(({ level: { alpha, sigma }, evaluation }, call) => {
    const share = sigma / Math.hypot(alpha, sigma)
    return evaluation === 0 && share >= telling.from && share <= telling.to ? [call] : []
  })
  if (middling.length === 0) return [Math.floor((calls.length - 1) / 2)]
  const count = Math.min(looks, middling.length)
  const spread = Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * middling.length) / count))
  return spread.map((i) => middling[i])
}

/** Rows that finding a mask takes. */
export const findingRows = ({ recipe, schedule }: RunPlan): number => {
  const { find } = recipe.image ?? {}
  if (!find) return 0
  return findingCalls(schedule).length * (recipe.negatives.length + (find.by === 'attention' ? 0 : 1))
}

export interface FindInput extends Pick<LoopInput, 'plan' | 'conditionings' | 'environment' | 'streams' | 'use'> {
  readonly find: Find
  readonly kept: KeptLatents
}

/**
 * Where the negatives' things are in a picture that is begun from, as a latent mask: at several of the run's levels, with the picture's
 * own x there, the map of each negative is
 *
 *   attention:  the mean of the cross-attention maps of its words (DAAM, arXiv 2210.04885)
 *   difference: blur(‖d_n − d_∅‖ over channels), x0 (DiffEdit, arXiv 2210.11427)
 *   both:       their product (after LEDITS++, arXiv 2311.16711, which intersects the two)
 *
 * each divided by its mean and averaged over the levels; what reaches its own quantile, and a few cells around, is drawn anew.
 */
export async function findMask({
  find,
  kept,
  plan,
  conditionings,
  environment,
  streams,
  use,
}: FindInput): Promise<Tensor> {
  const { shape } = kept.latents
  const size = shape.slice(-2)
  const cells = size[0] * size[1]
  const byDifference = find.by !== 'attention'
  const sums = plan.recipe.negatives.map(() => new Float32Array(cells))
  for (const call of findingCalls(plan.schedule)) {
    environment.signal.throwIfAborted()
    const { step, level } = plan.schedule.calls[call]
    const view = viewOf(plan, call, conditionings)
    const watched = new Set(find.by === 'difference' ? [] : view.negatives.map(({ conditioning }) => conditioning.id))
    const x = kept.at(step, level, streams.guidance(`find/${step}`))
    const place = {
      x,
      level,
      step,
      call,
      guidanceInput: guidanceInputAt(plan, view.progress),
      control: controlAt(environment.control ?? [], view.position),
      capture: ({ id, words }: Condition['conditioning']) =>
        watched.has(id) ? { tokens: [words.flatMap(({ tokens }) => tokens)], maps: true } : undefined,
    }
    const passes = new Passes(environment, place, use)
    const conditions = byDifference ? [view.null, ...view.negatives] : view.negatives
    const predicted = await Promise.all(conditions.map((condition) => passes.predict({ condition })))
    const clean = predicted.map((one) => convert(one, 'x0').value)
    view.negatives.forEach(({ conditioning }, i) => {
      const maps: Float32Array[] = []
      if (byDifference) maps.push(smooth(cellNorms(minus(clean[i + 1], clean[0])), shape))
      const seen = passes.captured.get(conditioning.id)
      if (seen) {
        const [{ maps: merged = new Float32Array(1), height, width }] = mergeLayers(seen).layers
        maps.push(resizeMap(tensor(merged, [height, width]), size[0], size[1]).data)
      }
      const map = maps.map(byMean).reduce((a, b) => a.map((value, cell) => value * b[cell]))
      map.forEach((value, cell) => {
        sums[i][cell] += value
      })
    })
  }
  const found = sums.map((map) => grown(largest(map, find.quantile), size[1], find.grow))
  const data = new Float32Array(kept.latents.data.length)
  for (let i = 0; i < data.length; i++) data[i] = found.some((mask) => mask[i % cells] === 1) ? 1 : 0
  return { data, shape }
}

function byMean(map: Float32Array): Float32Array {
  const mean = map.reduce((a, b) => a + b, 0) / map.length
  return mean === 0 ? map : map.map((value) => value / mean)
}

/** The largest values, as many as the quantile leaves, one at least; equal ones with them. */
function largest(map: Float32Array, quantile: number): Float32Array {
  const count = Math.max(1, Math.round((1 - quantile) * map.length))
  const least = map.slice().sort()[map.length - count]
  return map.map((value) => (value > 0 && value >= least ? 1 : 0))
}

/** A mask and what lies up to so many cells from it, in rows, columns and diagonals. */
export function grown(mask: Float32Array, width: number, by: number): Float32Array {
  const height = mask.length / width
  return mask.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)]
    for (let row = Math.max(0, y - by); row <= Math.min(height - 1, y + by); row++) {
      for (let column = Math.max(0, x - by); column <= Math.min(width - 1, x + by); column++) {
        if (mask[row * width + column] === 1) return 1
      }
    }
    return 0
  })
}

import { convert, type Guided, type Prediction } from '../prediction/prediction'
import type { Evaluation } from '../schedulers/scheduler'
import { combine, minus, times } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { denoisingLoop, type LoopInput } from './denoising-loop'
import type { RunEvent } from './event'
import type { InversionPlan } from './inversion-plan'
import type { KeptLatents } from './kept-latents'
import type { RunPlan } from './view'

type InversionStep = Extract<RunEvent, { type: 'inversion-step' }>

export interface InvertInput {
  readonly inversion: InversionPlan
  /** The run that follows. */
  readonly down: RunPlan
  /** Of the picture, clean. */
  readonly latents: Tensor
  /** What both runs share. */
  readonly shared: Pick<LoopInput, 'conditionings' | 'environment' | 'streams' | 'use' | 'emit'>
  readonly onStep: (step: InversionStep) => void
}

/** Inverts a picture: the levels of the run that follows, each with the picture's own x there, and what leads from one to the next. */
export function invert(input: InvertInput): Promise<KeptLatents> {
  return input.inversion.plan.scheduler.inverse ? walkUp(input) : findNoise(input)
}

/** Up the ODE, by an inverse scheduler. */
async function walkUp({ inversion, down, latents, shared, onStep }: InvertInput): Promise<KeptLatents> {
  const { steps, calls } = down.schedule
  const path = new Map<number, Tensor>()
  await denoisingLoop({
    ...loopOf(inversion, shared),
    image: { latents, at: () => latents, inverted: { start: latents } },
    onStep({ step, steps: all, call, calls, run, ms, x }) {
      path.set(steps - 1 - step, x)
      onStep({ type: 'inversion-step', step, steps: all, call, calls, run, ms })
    },
  })
  const at = (step: number): Tensor => path.get(step) ?? latents
  return { latents, at, inverted: { start: at(calls[0].step) } }
}

/**
 * Edit-friendly DDPM inversion (Huberman-Spiegelglas et al. 2024, arXiv 2304.06140): x_t = α x0 + σ n_t with noise of its own at each
 * level, and from each level to the next the z that a step which draws noise would have had to draw:
 *
 *   z_t = (x_{t−1} − μ(x_t, prediction)) / s_t
 *
 * Drawn again with these z and the same predictions, every x_t is met. A last step that draws none leaves a residual, which is added.
 */
async function findNoise({ inversion, latents, shared, onStep }: InvertInput): Promise<KeptLatents> {
  const { schedule } = inversion.plan
  const { calls, levels } = schedule
  const path = new Map(
    calls.map(({ step, level }) => {
      const noised: [Tensor, number][] = [
        [latents, level.alpha],
        [shared.streams.normal(), level.sigma],
      ]
      return [step, combine(noised)] as const
    }),
  )
  const at = (step: number): Tensor => path.get(step) ?? latents
  const noises: Tensor[] = []
  let wanted = latents
  const start = at(calls[0].step)
  const end = await denoisingLoop({
    ...loopOf(inversion, shared),
    image: {
      latents,
      at,
      inverted: {
        start,
        normal() {
          noises.push(wanted)
          return wanted
        },
      },
    },
    onGuided(asked, guided) {
      wanted = noiseTo(at(calls[asked.call].step + 1), asked, guided)
    },
    onStep({ step, steps, call, calls, run, ms }) {
      onStep({ type: 'inversion-step', step, steps, call, calls, run, ms })
    },
  })
  const drawn = () => {
    let next = 0
    return () => noises[next++]
  }
  return {
    latents,
    at: (step) => (step >= levels.length - 1 ? latents : at(step)),
    inverted: { start, normal: drawn(), residual: minus(latents, end) },
  }
}

/** z of a step that is to end at `target`; 0 where it draws none. */
function noiseTo(target: Tensor, { transition }: Evaluation, guided: Guided): Tensor {
  const { mean, variance } = transition?.(predictionOf(guided)) ?? { mean: target, variance: 0 }
  return variance > 0 ? times(1 / Math.sqrt(variance), minus(target, mean)) : times(0, target)
}

const predictionOf = (guided: Guided): Prediction => ('x0' in guided ? convert(guided.x0, 'x0') : guided)

const loopOf = ({ plan, guidance, costs }: InversionPlan, shared: InvertInput['shared']) => ({
  ...shared,
  plan,
  guidance,
  costs,
})

import { NegError } from '../errors/neg-error'
import { boundsOf } from '../guidance/apply'
import type { Guidance } from '../guidance/guidance'
import type { GuidanceStep } from '../guidance/step'
import type { Conditioning } from '../model/conditioning'
import { convert, type Guided, type Prediction } from '../prediction/prediction'
import { allFinite } from '../tensor/arithmetic'
import type { Tensor } from '../tensor/tensor'
import { attentionWatch } from './attention-watch'
import type { RunEvent } from './event'
import { guidanceStep, type StepGround } from './guidance-step'
import { type InputImage, keepOutside } from './input-image'
import { Memory } from './memory'
import { type NetworkUse, type PassEnvironment, Passes } from './passes'
import type { RandomStreams } from './random-streams'
import type { RunCapture } from './run'
import { guidanceInputAt, namedConditions, positionOf, type RunPlan, viewOf } from './view'

/** What the loop is given; everything was checked before. */
export interface LoopInput {
  readonly plan: RunPlan
  readonly guidance: Guidance<string>
  readonly conditionings: ReadonlyMap<string, Conditioning>
  readonly environment: PassEnvironment
  readonly streams: RandomStreams
  readonly image?: InputImage
  readonly capture?: RunCapture
  readonly use: NetworkUse
}

/** After each scheduler step: its event, and the clean image as the step's prediction has it. */
export interface LoopStep {
  readonly event: Extract<RunEvent, { type: 'step-end' }>
  readonly x0: () => Tensor
}

/** One evaluation by the network and the guidance. */
interface Evaluated {
  readonly guided: Guided
  readonly step: GuidanceStep<string>
  readonly counts: { run: number; elided: number; observed: number }
}

/**
 * The denoising loop: the scheduler's solver asks for evaluations, the guidance asks for passes, rows go to the model, the
 * guidance combines, the solver steps. Yields attention events and steps; returns the final latents.
 */
export async function* denoisingLoop(
  input: LoopInput,
): AsyncGenerator<{ events: RunEvent[] } | LoopStep, Tensor, undefined> {
  const { plan, guidance, environment, streams, image } = input
  const { scheduler, schedule } = plan
  const { calls } = schedule
  const memory = new Memory()
  const initialNoise = streams.normal()
  // diffusers encodes the masked image here, for networks that read it, and draws for that: what follows is drawn after it
  if (image?.mask) streams.normal()
  // At strength 1 what a mask lets go is drawn from nothing: the first call sees noise alone, as in diffusers.
  const begun = image?.mask && plan.recipe.image?.strength === 1 ? undefined : image?.latents
  const solver = scheduler.solve(scheduler.start(initialNoise, schedule, begun), schedule, streams.normal)
  let asked = solver.next()
  let first: Evaluated | undefined
  let counts = { run: 0, elided: 0, observed: 0 }
  let stepStarted = performance.now()

  while (!asked.done) {
    environment.signal.throwIfAborted()
    const { call, next, transition } = asked.value
    const { step, evaluation, level } = calls[call]
    const blended = image !== undefined && (call > 0 || begun !== undefined)
    const x = blended ? keepOutside(image, asked.value.x, initialNoise, level) : asked.value.x
    const done = yield* evaluate(input, memory, call, x, next, transition)
    if (evaluation === 0 || !first) first = done
    counts = add(counts, done.counts)
    asked = solver.next({ x, guided: done.guided })
    checkLatents(asked.done ? asked.value : asked.value.x, plan.scheduler.name, step)

    const last = asked.done || calls[asked.value.call].step !== step
    if (!last) continue
    const end = asked.done ? finish(image, asked.value, initialNoise) : asked.value.x
    if ('guide' in guidance) await guidance.afterStep?.(first.step, end)
    memory.commit()
    const now = performance.now()
    yield {
      event: {
        type: 'step-end',
        step,
        steps: schedule.steps,
        call: call + 1,
        calls: calls.length,
        x: end,
        ...counts,
        ms: now - stepStarted,
      },
      x0: () => cleanImage(done.guided).value,
    }
    counts = { run: 0, elided: 0, observed: 0 }
    stepStarted = performance.now()
    first = undefined
  }
  return finish(image, asked.value, initialNoise)
}

/** The kept part of an inpainted picture ends exactly as it was. */
const finish = (image: InputImage | undefined, latents: Tensor, noise: Tensor): Tensor =>
  image ? keepOutside(image, latents, noise, { alpha: 1, sigma: 0 }) : latents

const cleanImage = (guided: Guided): Prediction => convert('x0' in guided ? guided.x0 : guided, 'x0')

const add = (a: Evaluated['counts'], b: Evaluated['counts']): Evaluated['counts'] => ({
  run: a.run + b.run,
  elided: a.elided + b.elided,
  observed: a.observed + b.observed,
})

async function* evaluate(
  { plan, guidance, conditionings, environment, streams, capture, use }: LoopInput,
  memory: Memory,
  call: number,
  x: Tensor,
  next: StepGround['view']['next'],
  transition: StepGround['transition'],
): AsyncGenerator<{ events: RunEvent[] }, Evaluated, undefined> {
  const view = viewOf(plan, call, conditionings, next)
  const watch = attentionWatch(capture, view, positionOf(plan, call))
  const place = {
    x,
    level: view.level,
    step: view.step,
    call,
    guidanceInput: guidanceInputAt(plan, view.progress),
    capture: watch.capture,
    observe: watch.observe,
  }
  const passes = new Passes(environment, place, use)
  const networkSpace = plan.scheduler.parameterisation.prediction
  const ground = {
    view,
    x,
    signal: environment.signal,
    passes,
    memory,
    streams,
    model: environment.model,
    networkSpace,
    transition,
  }
  const step = guidanceStep(ground, guidance.space)
  const guided =
    'coefficients' in guidance ? await step.linear(guidance.coefficients(step)) : await guidance.guide(step)
  checkGuided(guided, plan, view.step)
  if (watch.observe.length > 0) await passes.observe()
  const events = watch.events(passes.captured)
  if (events.length > 0) yield { events }
  const { run, observed } = passes.counts
  const [, most] = boundsOf(guidance, view)
  if (run > most) {
    throw new NegError(
      'guidance-bounds',
      `Guidance '${plan.recipe.guidance.name}' ran ${run} rows at step ${view.step}, above its own bound of ${most}: its bounds() must be honest.`,
    )
  }
  return { guided, step, counts: { run, observed, elided: Math.max(0, namedConditions(view) - run) } }
}

function checkLatents(x: Tensor, scheduler: string, step: number): void {
  if (allFinite(x)) return
  throw new NegError(
    'latents-not-finite',
    `${scheduler} gave NaN or infinity after step ${step}, though the predictions were finite. Its options do not go ` +
      'with this schedule: change the steps, or leave the options at their defaults.',
    { where: `step ${step}` },
  )
}

function checkGuided(guided: Guided, plan: RunPlan, step: number): void {
  const parts = 'x0' in guided ? [guided.x0, guided.noise] : [guided]
  if (parts.every(({ value }) => allFinite(value))) return
  throw new NegError(
    'prediction-not-finite',
    `Guidance '${plan.recipe.guidance.name}' gave NaN or infinity at step ${step}, though the network's predictions were finite.`,
    { where: `step ${step}` },
  )
}

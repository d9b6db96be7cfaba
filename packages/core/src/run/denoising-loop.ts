import { NegError } from '../errors/neg-error'
import type { Guidance } from '../guidance/guidance'
import type { GuidanceStep } from '../guidance/step'
import type { Conditioning } from '../model/conditioning'
import { convert, type Guided, type Prediction } from '../prediction/prediction'
import type { Evaluation } from '../schedulers/scheduler'
import { allFinite, plus, times } from '../tensor/arithmetic'
import { type Tensor, zeros } from '../tensor/tensor'
import { attentionWatch } from './attention-watch'
import { checkGuided } from './check-guided'
import { controlAt } from './control'
import type { CallCost } from './evaluation-cost'
import type { RunEvent } from './event'
import { atStep } from './guidance-place'
import { type EvaluationContext, guidanceStep, linear } from './guidance-step'
import { type KeptLatents, keepOutside } from './kept-latents'
import { Memory } from './memory'
import { type NetworkUse, type PassEnvironment, Passes } from './passes'
import type { RandomStreams } from './random-streams'
import type { RunCapture } from './run'
import { guidanceInputAt, namedConditions, type RunPlan, viewOf } from './view'

/** What the loop is given; everything was checked before. */
export interface LoopInput {
  readonly plan: RunPlan
  readonly guidance: Guidance<string>
  /** What each call of the solver was said to cost. */
  readonly costs: readonly CallCost[]
  readonly conditionings: ReadonlyMap<string, Conditioning>
  readonly environment: PassEnvironment
  readonly streams: RandomStreams
  /** Of a run that begins from noise, or from a picture with noise. */
  readonly initialNoise?: Tensor
  /** What is kept of a picture, and where the run begins. */
  readonly image?: KeptLatents
  readonly capture?: RunCapture
  readonly use: NetworkUse
  readonly emit: (event: RunEvent) => void
  /** After each scheduler step; the next waits for it. `x0`: the clean image as the step's prediction has it. */
  readonly onStep: (event: StepEnd, x0: () => Tensor) => Promise<void> | void
  /** Before the solver goes on from an evaluation. */
  readonly onGuided?: (asked: Evaluation, guided: Guided) => void
}

type StepEnd = Extract<RunEvent, { type: 'step-end' }>

/** One evaluation by the network and the guidance. */
interface Evaluated {
  readonly guided: Guided
  /** What a guidance in direct style was handed. */
  readonly step?: GuidanceStep<string>
  /** Rows that it asked for, and rows run for observation only. */
  readonly run: number
  readonly observed: number
  /** What was watched. */
  readonly events: RunEvent[]
}

/**
 * The denoising loop: the scheduler's solver asks for evaluations, the guidance asks for passes, rows go to the model, the
 * guidance combines, the solver steps. Gives the final latents.
 */
export async function denoisingLoop(input: LoopInput): Promise<Tensor> {
  const { plan, guidance, environment, image } = input
  const { scheduler, schedule } = plan
  const { calls } = schedule
  const memory = new Memory()
  const named = namedConditions(plan.prompts)
  const start = startOf(input)
  const solver = scheduler.solve(start.x, schedule, start.normal)
  let asked = solver.next()
  let first: Evaluated | undefined
  let counts = { run: 0, elided: 0, observed: 0 }
  let stepStarted = performance.now()

  while (!asked.done) {
    environment.signal.throwIfAborted()
    const { call, next, transition } = asked.value
    const { step, evaluation, level } = calls[call]
    const blended = image?.mask !== undefined && (call > 0 || start.begun)
    const x = blended ? keepOutside(image, asked.value.x, image.at(step, level, start.noise)) : asked.value.x
    const done = await evaluate(input, memory, call, x, next, transition)
    for (const event of done.events) input.emit(event)
    if (evaluation === 0 || !first) first = done
    counts.run += done.run
    counts.elided += Math.max(0, named - done.run)
    counts.observed += done.observed
    input.onGuided?.(asked.value, done.guided)
    asked = solver.next({ x, guided: done.guided })
    checkLatents(asked.done ? asked.value : asked.value.x, plan.scheduler.name, step)

    const last = asked.done || calls[asked.value.call].step !== step
    if (!last) continue
    const end = asked.done ? finish(image, asked.value) : asked.value.x
    if (first.step && 'guide' in guidance) await guidance.afterStep?.(first.step, end)
    memory.commit()
    const now = performance.now()
    const event = {
      type: 'step-end',
      step,
      steps: schedule.steps,
      call: call + 1,
      calls: calls.length,
      x: end,
      ...counts,
      ms: now - stepStarted,
    } as const
    await input.onStep(event, () => cleanImage(done.guided).value)
    counts = { run: 0, elided: 0, observed: 0 }
    stepStarted = performance.now()
    first = undefined
  }
  return finish(image, asked.value)
}

interface Start {
  /** In the scheduler's own scaling. */
  readonly x: Tensor
  /** The run's first noise; none where a picture was inverted. */
  readonly noise?: Tensor
  /** Whether a picture is in it. */
  readonly begun: boolean
  /** What the solver draws. */
  normal(): Tensor
}

/** Where a run begins: noise, a picture with noise, or the noise that a picture was inverted to. */
function startOf({
  plan: { scheduler, schedule, recipe },
  streams,
  image,
  initialNoise = streams.normal(),
}: LoopInput): Start {
  const { calls } = schedule
  if (image?.inverted) {
    const { start, normal } = image.inverted
    // As pure noise of another size: every scheduler's own scaling of it is then x.
    const x = scheduler.inverse
      ? scheduler.start(start, schedule, start)
      : scheduler.start(times(1 / calls[0].level.sigma, start), schedule, zeros(start.shape))
    return { x, begun: true, normal: normal ?? streams.normal }
  }
  // At strength 1 what a mask lets go is drawn from nothing: the first call sees noise alone, as in diffusers.
  const begun = image?.mask && recipe.image?.strength === 1 ? undefined : image?.latents
  return {
    x: scheduler.start(initialNoise, schedule, begun),
    noise: initialNoise,
    begun: begun !== undefined,
    normal: streams.normal,
  }
}

/** The end of a run: with what its inversion left over, and the kept part of a picture exactly as it was. */
function finish(image: KeptLatents | undefined, latents: Tensor): Tensor {
  if (!image) return latents
  const { residual } = image.inverted ?? {}
  return keepOutside(image, residual ? plus(latents, residual) : latents, image.latents)
}

const cleanImage = (guided: Guided): Prediction => convert('x0' in guided ? guided.x0 : guided, 'x0')

async function evaluate(
  { plan, guidance, costs, conditionings, environment, streams, capture, use }: LoopInput,
  memory: Memory,
  call: number,
  x: Tensor,
  next: EvaluationContext['view']['next'],
  transition: EvaluationContext['transition'],
): Promise<Evaluated> {
  const view = viewOf(plan, call, conditionings, next)
  const watch = attentionWatch(capture, view)
  const place = {
    x,
    level: view.level,
    step: view.step,
    call,
    guidanceInput: guidanceInputAt(plan, view.progress),
    control: controlAt(environment.control ?? [], view.position),
    capture: watch.capture,
    observe: watch.observe,
  }
  const passes = new Passes(environment, place, use)
  const context = {
    view,
    x,
    signal: environment.signal,
    passes,
    memory,
    streams,
    model: environment.model,
    networkSpace: plan.scheduler.parameterisation.prediction,
    transition,
  }
  let step: GuidanceStep<string> | undefined
  let guided: Guided
  try {
    if ('coefficients' in guidance) {
      // They need no more of a step than its view.
      guided = await linear(context, guidance.space, guidance.coefficients(view))
    } else {
      step = guidanceStep(context, guidance.space)
      guided = await guidance.guide(step)
    }
  } catch (error) {
    throw atStep(error, plan.recipe.guidance.name, view.step)
  }
  checkGuided(guided, x, plan.recipe.guidance.name, view.step)
  if (watch.observe.length > 0) await passes.observe()
  const { run, observed } = passes.counts
  checkRows(run, costs[call], plan, conditionings)
  return { guided, step, run, observed, events: watch.events(passes.captured) }
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

/** What was announced is what runs: limits rest on the most, and the fewest are what the picture was said to be made of. */
function checkRows(run: number, cost: CallCost, plan: RunPlan, conditionings: LoopInput['conditionings']): void {
  const { name } = plan.recipe.guidance
  const refuse = (bound: string) => {
    throw new NegError(
      'guidance-bounds',
      `Guidance '${name}' ran ${run} rows at step ${cost.step}, ${bound}: its bounds() must be honest.`,
      { where: `step ${cost.step}` },
    )
  }
  if (run > cost.max) refuse(`above its own bound of ${cost.max}`)
  if (run >= cost.min) return
  // A model may know prompts to be equal that differ as data; their passes are then one.
  const ids = new Set([...conditionings.values()].map(({ id }) => id))
  if (ids.size === conditionings.size) refuse(`below its own bound of ${cost.min}`)
}

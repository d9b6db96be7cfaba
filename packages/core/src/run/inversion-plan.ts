import { NegError } from '../errors/neg-error'
import { type ResolvedGuidance, resolveGuidance } from '../guidance/resolve'
import type { SchedulerSpec } from '../model/parameterisation'
import type { Plugin } from '../plugins/plugin'
import type { InversionMethod } from '../recipe/image'
import { checkSchedule } from '../schedulers/check-schedule'
import { createScheduler } from '../schedulers/registry'
import type { Schedule, ScheduleRequest, Scheduler } from '../schedulers/scheduler'
import { type CallCost, evaluationCosts } from './evaluation-cost'
import { timedPrompts } from './prompts'
import type { RunPlan } from './view'

/** How the picture of a run is inverted before it is drawn. */
export interface InversionPlan {
  readonly plan: RunPlan
  readonly guidance: ResolvedGuidance['guidance']
  readonly costs: readonly CallCost[]
}

/** Way down → way up. */
const inverses: Readonly<Record<Exclude<InversionMethod, 'edit-friendly'>, readonly [down: string, up: string]>> = {
  ddim: ['DDIMScheduler', 'DDIMInverseScheduler'],
  'dpm-solver': ['DPMSolverMultistepScheduler', 'DPMSolverMultistepInverseScheduler'],
  flow: ['FlowMatchEulerDiscreteScheduler', 'FlowMatchEulerDiscreteInverseScheduler'],
}

const refuse = (message: string): never => {
  throw new NegError('scheduler-mismatch', message, { where: 'scheduler' })
}

/**
 * The inversion of a run: classifier-free guidance towards what the picture shows, up the levels that the run comes down.
 * @throws `scheduler-mismatch` where the run's scheduler has no way back by this method
 */
export function inversionPlan(
  down: RunPlan,
  request: ScheduleRequest,
  plugins: readonly Plugin[] = [],
): InversionPlan | undefined {
  const { image } = down.recipe
  if (!image?.inversion) return undefined
  const { method, source, scale, refinements } = image.inversion
  const { scheduler, schedule } =
    method === 'edit-friendly'
      ? stochastic(down)
      : upwards(down, inverses[method], refinements === undefined ? {} : { refinements }, request, plugins)
  const resolved = resolveGuidance({ name: 'general' })
  const recipe = { ...down.recipe, prompt: source, negatives: [], roles: {}, scale, guidance: resolved.spec }
  const plan: RunPlan = { ...down, recipe, scheduler, schedule, prompts: timedPrompts(recipe), separate: false }
  return { plan, guidance: resolved.guidance, costs: evaluationCosts(plan, resolved.guidance) }
}

/** The noise maps of a scheduler that draws noise are found on its own way down. */
function stochastic({ scheduler, schedule }: RunPlan): Pick<RunPlan, 'scheduler' | 'schedule'> {
  const single = schedule.calls.every(({ evaluation }) => evaluation === 0)
  if (single && scheduler.provides.has('scheduler.transition')) return { scheduler, schedule }
  return refuse(
    `Edit-friendly inversion needs a scheduler that draws noise at each step of one evaluation, and ${scheduler.name} as it is set does not: ` +
      'leave the scheduler out, or take DDIM with eta 1, DDPM or Euler ancestral.',
  )
}

function upwards(
  { scheduler: down, schedule: falling }: RunPlan,
  [name, inverse]: readonly [string, string],
  config: SchedulerSpec['config'],
  request: ScheduleRequest,
  plugins: readonly Plugin[],
): Pick<RunPlan, 'scheduler' | 'schedule'> {
  if (down.name !== name)
    refuse(`This inversion leads to what ${name} draws from, and the recipe names ${down.name}: leave it out.`)
  if (down.provides.has('scheduler.transition')) {
    refuse(
      `${name} as it is set draws noise on its way, which has no way back: leave its options out, or take edit-friendly inversion.`,
    )
  }
  const scheduler = createScheduler({ name: inverse, config }, { name: down.name, config: down.config }, plugins)
  const schedule = scheduler.schedule(request)
  checkSchedule(scheduler, schedule)
  checkMeeting(scheduler, schedule, falling)
  return { scheduler, schedule }
}

/** The way up must end where the way down begins. */
function checkMeeting({ name }: Scheduler, rising: Schedule, { calls }: Schedule): void {
  const end = rising.levels[rising.calls[rising.calls.length - 1].step + 1]
  if (Math.abs(end.sigma - calls[0].level.sigma) < 1e-5) return
  refuse(
    `${name} ends at σ = ${end.sigma.toPrecision(5)}, and the run begins at ${calls[0].level.sigma.toPrecision(5)}: with these ` +
      'options the scheduler has no way back. Leave them out.',
  )
}

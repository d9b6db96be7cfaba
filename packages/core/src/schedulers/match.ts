import { NegError } from '../errors/neg-error'
import type { Scheduler } from './scheduler'

const kinds = {
  vp: 'variance-preserving noise',
  edm: 'EDM’s noise and preconditioning',
  flow: 'a rectified flow',
} as const

/**
 * Refuses a scheduler of another kind of noise, of another prediction, or that tells the network other times than the
 * model's own does: it would run and draw nothing but noise.
 * @param choosesPrediction Its prediction is an option of the user's.
 * @throws `scheduler-mismatch`
 */
export function checkMatch(scheduler: Scheduler, own: Scheduler, choosesPrediction: boolean): void {
  const [asked, trained] = [scheduler.parameterisation, own.parameterisation]
  if (asked.kind !== trained.kind) {
    refuse(scheduler, own, `walks ${kinds[asked.kind]}; the model was trained with ${kinds[trained.kind]}`)
  }
  if (!choosesPrediction && asked.prediction !== trained.prediction) {
    refuse(scheduler, own, `reads ${asked.prediction}; the model predicts ${trained.prediction}`)
  }
  const [told, wanted] = [firstTime(scheduler), firstTime(own)]
  if (told === undefined || wanted === undefined) return
  if (Math.abs(told - wanted) > Math.max(Math.abs(told), Math.abs(wanted)) / 2) {
    refuse(
      scheduler,
      own,
      `tells the network times from about ${told.toPrecision(3)} down; the model’s own from ${wanted.toPrecision(3)}`,
    )
  }
}

/** What the network is told at the start of a short run. */
function firstTime(scheduler: Scheduler): number | undefined {
  try {
    return scheduler.schedule({ steps: 4, latentShape: [4, 64, 64] }).levels[0].t
  } catch (error) {
    if (NegError.isInstance(error)) return undefined
    throw error
  }
}

function refuse(scheduler: Scheduler, own: Scheduler, why: string): never {
  throw new NegError(
    'scheduler-mismatch',
    `${scheduler.name} ${why} (${own.name}). Choose a scheduler of the model’s kind, or the options that make it one.`,
    { where: 'scheduler.name' },
  )
}

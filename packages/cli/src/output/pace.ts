import type { RunEvent } from '@neg/core'
import type { Standing } from './progress-bar'

type StepEnd = Extract<RunEvent, { type: 'step-end' | 'inversion-step' }>

/**
 * Turns the steps of several pictures into standings: the pace is the mean of all steps so far.
 * @param together Whether all pictures advance at once: no picture is then still to come.
 */
export function paceOf(pictures: number, together: boolean) {
  let ms = 0
  let count = 0
  let done = 0
  return {
    step(event: StepEnd): Standing {
      ms += event.ms
      count++
      const picture = together ? pictures : Math.min(done + 1, pictures)
      return { picture, pictures, step: event.step + 1, steps: event.steps, msPerStep: ms / count }
    },
    pictureDone(): void {
      done++
    },
  }
}

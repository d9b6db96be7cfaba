import { duration } from './duration'

/** How far a command is: pictures, steps of the current one, and how long a step takes. */
export interface Standing {
  /** Which picture, from 1, of how many. */
  readonly picture: number
  readonly pictures: number
  /** Steps done of the current picture, and its length. */
  readonly step: number
  readonly steps: number
  /** Mean time of a step so far. */
  readonly msPerStep: number
}

/** Time left at the mean pace of a step, pictures to come included. */
export const timeLeft = ({ picture, pictures, step, steps, msPerStep }: Standing): number =>
  (steps - step + (pictures - picture) * steps) * msPerStep

const number = (ms: number) => (ms < 10 ? ms.toFixed(1) : Math.round(ms).toString())

/** `step 12/30 · 18 ms/step · 0.3 s left`, with the picture's number where there are several. */
export function standingText(standing: Standing): string {
  const { picture, pictures, step, steps, msPerStep } = standing
  const which = pictures > 1 ? `picture ${picture}/${pictures} · ` : ''
  const pace = step === 0 ? '' : ` · ${number(msPerStep)} ms/step · ${duration(timeLeft(standing))} left`
  return `${which}step ${step}/${steps}${pace}`
}

/** One line for a terminal of `columns` characters: a bar of what is left of the line, then the figures. */
export function progressBar(standing: Standing, columns: number): string {
  const text = standingText(standing)
  const width = Math.min(30, columns - text.length - 4)
  if (width < 5) return text.slice(0, Math.max(0, columns - 1))
  const eighths = Math.round((standing.step / standing.steps) * width * 8)
  const full = Math.floor(eighths / 8)
  const part = eighths % 8 === 0 ? '' : ' ▏▎▍▌▋▊▉'[eighths % 8]
  return `│${('█'.repeat(full) + part).padEnd(width)}│ ${text}`
}

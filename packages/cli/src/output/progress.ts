import { progressBar, type Standing, standingText } from './progress-bar'

/** Where progress is written: standard error. */
export interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** Tells a person how far it is. */
export interface Progress {
  /** What is being done, where no steps can be counted. */
  phase(text: string): void
  step(standing: Standing): void
  /** A line that stays. */
  line(text: string): void
  /** Leaves the terminal as it should be. */
  end(): void
}

/** A line that is written over, on a terminal. */
function onTerminal(out: Terminal): Progress {
  let shown = false
  const clear = () => {
    if (shown) out.write('\r\x1b[K')
    shown = false
  }
  const show = (text: string) => {
    out.write(`\r\x1b[K${text}`)
    shown = true
  }
  return {
    phase: (text) => show(text.slice(0, (out.columns ?? 80) - 1)),
    step: (standing) => show(progressBar(standing, out.columns ?? 80)),
    line(text) {
      clear()
      out.write(`${text}\n`)
    },
    end: clear,
  }
}

/** Plain lines, a tenth of the run apart: for files, pipes and CI. */
function asLines(out: Terminal): Progress {
  return {
    phase: (text) => out.write(`${text}\n`),
    step(standing) {
      const { step, steps } = standing
      const tenth = (of: number) => Math.floor((of * 10) / steps)
      if (step > 0 && tenth(step) > tenth(step - 1)) out.write(`${standingText(standing)}\n`)
    },
    line: (text) => out.write(`${text}\n`),
    end: () => {},
  }
}

export const createProgress = (out: Terminal): Progress => (out.isTTY ? onTerminal(out) : asLines(out))

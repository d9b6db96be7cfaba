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
  /** How much of something is done, from 0 to 1, and what to say of it. */
  share(text: string, done: number): void
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
  const cut = (text: string) => show(text.slice(0, (out.columns ?? 80) - 1))
  return {
    phase: cut,
    share: cut,
    step: (standing) => show(progressBar(standing, out.columns ?? 80)),
    line(text) {
      clear()
      out.write(`${text}\n`)
    },
    end: clear,
  }
}

/** Plain lines, a tenth of the whole apart: for files, pipes and CI. */
function asLines(out: Terminal): Progress {
  const say = (text: string) => out.write(`${text}\n`)
  let tenths = 0
  return {
    phase: say,
    share(text, done) {
      const now = Math.floor(done * 10)
      if (now > tenths) say(text)
      tenths = now
    },
    step(standing) {
      const { step, steps } = standing
      const tenth = (of: number) => Math.floor((of * 10) / steps)
      if (step > 0 && tenth(step) > tenth(step - 1)) say(standingText(standing))
    },
    line: say,
    end: () => {},
  }
}

export const createProgress = (out: Terminal): Progress => (out.isTTY ? onTerminal(out) : asLines(out))

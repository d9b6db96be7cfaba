import type { RunTimings } from './run'

type Phase = Exclude<keyof RunTimings, 'total' | 'network'>

/** Adds the time since the last call to a phase. */
export function phaseClock() {
  const started = performance.now()
  let since = started
  const spent: Record<Phase, number> = { prepare: 0, encode: 0, loop: 0, decode: 0 }
  return {
    end(phase: Phase) {
      const now = performance.now()
      spent[phase] += now - since
      since = now
    },
    timings: (network: number): RunTimings => ({
      ...spent,
      network,
      loop: spent.loop - network,
      total: since - started,
    }),
  }
}

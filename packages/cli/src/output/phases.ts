/** Milliseconds by phase, from the start of the process; phases that come again add up. */
export function phaseClock(now: () => number = () => performance.now()) {
  // performance.now() counts from the start of the process: the first phase holds what came before this module.
  let since = 0
  const spent = new Map<string, number>()
  const add = (phase: string, ms: number) => spent.set(phase, (spent.get(phase) ?? 0) + ms)
  return {
    /** The time since the last call was spent on `phase`, but for what `of` says it was spent on. */
    end(phase: string, of: Readonly<Record<string, number>> = {}): void {
      const at = now()
      const inside = Object.values(of).reduce((sum, ms) => sum + ms, 0)
      for (const [name, ms] of Object.entries(of)) add(name, ms)
      add(phase, at - since - inside)
      since = at
    },
    /** `modules 120 ms, sessions 510 ms, …, total 1510 ms` */
    text(): string {
      const total = [...spent.values()].reduce((sum, ms) => sum + ms, 0)
      return [...spent, ['total', total] as const].map(([name, ms]) => `${name} ${ms.toFixed(1)} ms`).join(', ')
    },
  }
}

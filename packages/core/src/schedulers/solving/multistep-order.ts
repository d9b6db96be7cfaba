export interface OrderConfig {
  readonly solver_order: number
  readonly lower_order_final: boolean
  readonly euler_at_final: boolean
  readonly final_sigmas_type: 'zero' | 'sigma_min'
}

/** Runs shorter than this end in lower orders, which is steadier. */
const few = 15

/** The order of a DPM-Solver multistep step, from the steps, what is in the history, and where the run ends. */
export function multistepOrder(config: OrderConfig, step: number, steps: number, known: number): number {
  const lowers = config.lower_order_final && steps < few
  if (step === steps - 1 && (config.euler_at_final || lowers || config.final_sigmas_type === 'zero')) return 1
  return Math.min(config.solver_order, known, step === steps - 2 && lowers ? 2 : 3)
}

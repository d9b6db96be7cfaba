import type { GenerateFlags } from '../arguments/generate-flags'

export const whereChoices = ['found', 'everywhere', 'attention', 'difference', 'both'] as const

export const methodChoices = ['edit-friendly', 'ddim', 'dpm-solver', 'flow', 'noise'] as const

/** The options of `neg edit`; what was not given is undefined. */
export interface EditFlags
  extends Omit<GenerateFlags, 'image' | 'recipe' | 'from' | 'demo' | 'width' | 'height' | 'count'> {
  /** The picture that is edited. */
  readonly photo: string
  readonly source?: string
  readonly where?: (typeof whereChoices)[number]
  readonly method?: (typeof methodChoices)[number]
  readonly refinements?: number
}

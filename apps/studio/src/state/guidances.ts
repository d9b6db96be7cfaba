import { type Json, NegError, type Requirement } from '@neg/core'
import { guidancePlugins, resolveGuidance } from '@neg/core/guidance'
import { computed } from '@preact/signals'
import { say } from '../strings'
import { known } from './defaults'
import { draft, negatives } from './draft'
import { model } from './model'
import type { GuidanceChoice } from './place'

const here = (): GuidanceChoice[] =>
  guidancePlugins().map(({ name, summary, formula, wraps, options }) => ({
    name,
    summary,
    formula,
    wraps: wraps ?? 0,
    options: options.toJSONSchema() as Json,
  }))

/** The guidances to choose from: a server's where one draws, with the plug-ins that it was started with. */
export const guidances = computed(() => model.value?.guidances ?? here())

const withNegatives = computed(() => negatives.value.length > 0)
const scheduler = computed(() => draft.value.scheduler?.name)

/** What keeps a guidance from being run, in the page's words. */
function needOf(requirement: Requirement | string): string {
  const { needs } = say()
  if (requirement.startsWith('model:')) return needs.model
  if (requirement.startsWith('gradient:')) return needs.gradient
  if (requirement.startsWith('attention.')) return needs.attention
  if (requirement.startsWith('scheduler.')) return needs.scheduler
  return needs.encodeImage
}

/** Why the open model, or this recipe, cannot be drawn with a guidance; undefined where it can, or where nobody knows yet. */
function problem(name: string): string | undefined {
  const place = model.value
  try {
    const { guidance } = resolveGuidance({ name })
    const provides = place?.provides
    const missing = guidance.requires?.find(
      (need) => need.startsWith('model:') || (provides && !need.startsWith('scheduler.') && !provides.has(need)),
    )
    if (missing) return needOf(missing)
    if (withNegatives.value && !guidance.negatives) return say().needs.noNegatives
    if (withNegatives.value && known.value?.distilled && !guidance.inNetwork) return say().needs.notDistilled
    place?.plan({
      prompt: '',
      negatives: withNegatives.value ? ['a'] : [],
      guidance: name,
      steps: draft.peek().steps,
      ...(scheduler.value ? { scheduler: scheduler.value } : {}),
    })
  } catch (error) {
    if (!NegError.isInstance(error)) throw error
    // Options without a default are to be given yet; a scheduler that is not here is said when it is drawn with.
    if (/^(guidance-option-invalid|guidance-unknown|scheduler-unknown)$/.test(error.code)) return undefined
    return error.where === 'scheduler' ? say().needs.scheduler : say().needs.other
  }
  return undefined
}

/** By name, why it cannot be chosen. */
export const guidanceProblems = computed<ReadonlyMap<string, string>>(
  () =>
    new Map(
      guidances.value.flatMap(({ name }) => {
        const why = problem(name)
        return why === undefined ? [] : [[name, why] as const]
      }),
    ),
)

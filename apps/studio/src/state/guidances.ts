import type { Json } from '@neg/core'
import { guidancePlugins } from '@neg/core/guidance'
import { computed } from '@preact/signals'
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

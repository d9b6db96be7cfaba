import { type AnyGuidancePlugin, definePlugin, type Prediction, withValue } from '@neg/core/guidance'
import { combine } from '@neg/core/tensor'

/** What the network predicts for the three prompts at one call, and what guidance makes of it with and without the negative. */
export interface Observed {
  readonly positive: Prediction
  readonly negative: Prediction
  readonly withNegative: Prediction
  readonly without: Prediction
}

/**
 * Guidance that looks at every call at both what it would do with the negative, d_n + s (d_y − d_n), and without it,
 * d_∅ + s (d_y − d_∅), tells it, and goes on with one of them.
 */
export function observer(follow: 'with' | 'without', tell: (seen: Observed) => void): AnyGuidancePlugin {
  const empty = { parse: () => ({}), toJSONSchema: () => ({ type: 'object', properties: {} }) }
  const plugin = definePlugin({
    name: 'observer',
    version: '1',
    summary: 'Guidance with and without the negative side by side.',
    formula: 'd_n + s (d_y − d_n), or d_∅ + s (d_y − d_∅)',
    source: 'Ban et al. 2024 (arXiv 2406.02965)',
    options: empty,
    wraps: 0,
    create: () => ({
      space: 'eps',
      negatives: true,
      bounds: () => [1, 3],
      guide: async (step) => {
        const [y, n, u] = await step.predict(step.positive, step.negatives[0], step.null)
        const guided = (base: Prediction) =>
          withValue(
            y,
            combine([
              [base.value, 1 - step.scale],
              [y.value, step.scale],
            ]),
          )
        const seen = { positive: y, negative: n, withNegative: guided(n), without: guided(u) }
        tell(seen)
        return follow === 'with' ? seen.withNegative : seen.without
      },
    }),
  })
  return plugin as unknown as AnyGuidancePlugin
}

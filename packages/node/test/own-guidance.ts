import { definePlugin } from '@neg/core/guidance'

/** The general form as a guidance of the caller's own, whose loop runs in the caller's thread. */
export const ownGuidance = definePlugin({
  name: 'own',
  version: '1',
  summary: 'The general form.',
  formula: 'd',
  source: 'this test',
  wraps: 0,
  options: { parse: () => ({}), toJSONSchema: () => ({ type: 'object', properties: {} }) },
  create: () => ({
    space: 'any' as const,
    negatives: true,
    coefficients: ({ positive, null: nothing, negatives, scale }) => [
      [positive, scale],
      [nothing, 1 - scale + negatives.reduce((sum, { weight }) => sum + weight, 0)],
      ...negatives.map((one) => [one, -one.weight] as const),
    ],
  }),
})

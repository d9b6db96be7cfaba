import type { Tensor } from '@neg/core'
import { definePlugin } from '@neg/core/guidance'
import { lerp } from '@neg/core/tensor'

/** When maps are replaced, as shares of the run: cross-attention until `cross`, self-attention until `self`. */
interface Until {
  readonly cross: number
  readonly self: number
}

const number = (value: unknown, fallback: number): number => (typeof value === 'number' ? value : fallback)

/**
 * Prompt-to-prompt: classifier-free guidance whose positive pass attends like the picture of another prompt did,
 *
 *   d = d_∅ + s (d_y − d_∅),   in d_y: softmax(QKᵀ/√d) ← that of the source prompt at the source's x_t.
 *
 * @param path the source picture's x_t at every network call; the role `source` holds its prompt
 *
 * Source: Hertz et al. 2022 (arXiv 2208.01626), word swap: both prompts have as many tokens before the word that differs.
 */
export const promptToPrompt = (path: readonly Tensor[]) =>
  definePlugin<Until, 'source'>({
    name: 'prompt-to-prompt',
    version: '1',
    summary: 'Draws a prompt with the attention maps of another picture.',
    formula: 'd_∅ + s (d_y − d_∅), d_y with the attention maps of the source',
    source: 'Hertz et al. 2022 (arXiv 2208.01626)',
    options: {
      parse: (given) => {
        const { cross, self } = (given ?? {}) as Partial<Until>
        return { cross: number(cross, 0.8), self: number(self, 0.4) }
      },
      toJSONSchema: () => ({ type: 'object', properties: { cross: { type: 'number' }, self: { type: 'number' } } }),
    },
    wraps: 0,
    create: (until) => ({
      space: 'any',
      negatives: false,
      roles: ['source'],
      requires: ['attention.edit:replace'],
      bounds: () => [1, 2],
      async guide(step) {
        const [source] = step.roles.source
        const options = { cross: step.progress < until.cross, self: step.progress < until.self }
        const edit = { name: 'replace', options, against: source.conditioning, x: path[step.call] }
        const edited = options.cross || options.self ? { condition: step.positive, edit } : step.positive
        const [y, u] = await step.predict(edited, step.null)
        return { ...y, value: lerp(u.value, y.value, step.scale) }
      },
    }),
  })

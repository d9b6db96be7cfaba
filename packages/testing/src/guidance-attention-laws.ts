import { generate } from '@neg/core'
import { expectThat, type Law, recipeOf, runOptions, type Subject } from './guidance-subject'

/** Laws on what is seen of cross-attention, for models that show it. */
export function attentionLaws(subject: Subject): Law[] {
  if (!subject.guidance.negatives || !subject.model.provides.has('attention.capture')) return []
  return [
    {
      name: 'the attention of a negative equal to the prompt is the prompt’s own at every call',
      run: async () => {
        const capture = { roles: ['positive', 'negative'], tokens: 'words', maps: false, idle: 'observe' } as const
        const recipe = recipeOf(subject, { negatives: [subject.prompt] })
        const seen = new Map<string, number[]>()
        const calls = new Set<number>()
        for await (const event of generate(subject.model, recipe, runOptions(subject, { capture }))) {
          if (event.type !== 'attention') continue
          calls.add(event.call)
          seen.set(
            `${event.role} ${event.call}`,
            event.capture.layers.flatMap(({ norms }) => [...norms]),
          )
        }
        expectThat(calls.size >= subject.steps, `attention was seen at ${calls.size} calls only`)
        for (const call of calls) {
          const [p, n] = [seen.get(`positive ${call}`), seen.get(`negative ${call}`)]
          const sum = (values: number[] | undefined) => values?.reduce((a, b) => a + b, 0) ?? Number.NaN
          expectThat(sum(n) / sum(p) === 1, `r at call ${call} is ${sum(n) / sum(p)}, not 1`)
        }
      },
    },
  ]
}

import { describe, expect, it } from 'vitest'
import { NegError } from '../errors/neg-error'
import { parseRecommendation, type RecommendationInput } from './recommendation'

const model = {
  id: 'org/model',
  sizeMultiple: 64,
  scheduler: {
    name: 'DDIMScheduler',
    config: { beta_start: 0.00085, beta_end: 0.012, beta_schedule: 'scaled_linear' },
  },
}
const refused = (content: unknown): NegError => {
  try {
    parseRecommendation(content, model)
  } catch (error) {
    if (NegError.isInstance(error)) return error
    throw error
  }
  throw new Error(`${JSON.stringify(content)} was taken`)
}

describe('neg.json', () => {
  it('says what a recipe would, in the same words', () => {
    const all = {
      format: 1,
      guidance: { name: 'window', options: { window: { from: 0, to: 0.5 } }, of: [{ name: 'perp-neg' }] },
      scale: 6,
      steps: 25,
      scheduler: { name: 'euler', config: { timestep_spacing: 'trailing' } },
      width: 512,
      height: 640,
      window: { from: 0.1, to: 0.5 },
      examples: [{ prompt: 'a queen', negatives: ['crown', { text: 'hat', scale: 2 }], seed: 7 }],
      knows: { worn: ['crown', 'hat'] },
    } satisfies RecommendationInput
    const { format: _, ...rest } = all
    expect(parseRecommendation(all, model)).toEqual({
      ...rest,
      scheduler: { name: 'EulerDiscreteScheduler', config: { timestep_spacing: 'trailing' } },
      window: { from: 0.1, to: 0.5, of: 'schedule' },
      examples: [
        {
          prompt: 'a queen',
          negatives: [
            { text: 'crown', outside: 0 },
            { text: 'hat', scale: 2, outside: 0 },
          ],
          seed: '7',
        },
      ],
    })
    expect(parseRecommendation({ guidance: 'apg', scheduler: 'DDIM' }, model)).toEqual({
      guidance: { name: 'apg' },
      scheduler: { name: 'DDIMScheduler', config: {} },
    })
    expect(parseRecommendation({}, model)).toEqual({})
  })

  it('leaves a guidance that is not known here to the run, and checks what it wraps', () => {
    expect(parseRecommendation({ guidance: 'mine' }, model)).toEqual({ guidance: { name: 'mine' } })
    const of = [{ name: 'apg', options: { etta: 1 } }]
    expect(refused({ guidance: { name: 'mine', of } }).message).toMatch(/guidance: .*'apg'/)
  })

  it.each<[string, unknown, RegExp]>([
    ['neg.json', [], /expected object/],
    ['neg.json', { guidence: 'apg' }, /guidence/],
    ['neg.json: format', { format: 2 }, /format/],
    ['neg.json: scale', { scale: '5' }, /scale: /],
    ['neg.json: steps', { steps: 0 }, /steps: /],
    ['neg.json: width', { width: 100 }, /width: expected a multiple of 64; got 100/],
    ['neg.json: window.to', { window: { from: 0.5, to: 0.1 } }, /window.to: must be above from/],
    ['neg.json: examples[0].prompt', { examples: [{ negatives: [] }] }, /examples\[0\].prompt: /],
    ['neg.json: knows.worn[0]', { knows: { worn: [''] } }, /knows.worn\[0\]: /],
    [
      'neg.json: guidance',
      { guidance: { name: 'apg', options: { etta: 1 } } },
      /guidance: .*'apg' refuses its options/,
    ],
    ['neg.json: guidance', { guidance: { name: 'auto', of: [{ name: 'apg' }] } }, /guidance: .*wraps/],
    ['neg.json: scheduler', { scheduler: 'ddimm' }, /scheduler: There is no scheduler "ddimm"/],
    ['neg.json: scheduler', { scheduler: { name: 'ddim', config: { etaa: 1 } } }, /scheduler: .*etaa/],
  ])('is refused by %s: %j', (where, content, message) => {
    const error = refused(content)
    expect(error.code).toBe('model-file-malformed')
    expect(error.where).toBe(where)
    expect(error.message).toMatch(/^neg\.json of org\/model is refused\. /)
    expect(error.message).toMatch(message)
  })
})

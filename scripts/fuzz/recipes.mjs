import { checkRecipe, generate, plan } from '@neg/core'
import { guidancePlugins } from '@neg/core/guidance'
import { schedulers } from '@neg/core/schedulers'
import { mutatedJson } from './mutate.mjs'
import { fuzzServer } from './server.mjs'

const guidances = guidancePlugins().map(({ name }) => name)

/** A recipe that could be one, of all the names that there are. */
const recipeOf = (random) => ({
  prompt: random.pick(['a man', '', '(a:1.3) [b] \\(c\\)', 'x '.repeat(200)]),
  negatives: [
    {
      text: 'glasses',
      scale: random.pick([
        1,
        4,
        -2,
        {
          points: [
            [0, 1],
            [1, 3],
          ],
        },
      ]),
      window: { from: 0.1, to: 0.6 },
    },
    'hat',
  ].slice(random.below(3)),
  ...(random.chance(0.2) ? { roles: { concept: [{ text: 'beard', scale: 1 }] } } : {}),
  scale: random.pick([1, 5, 0, -1, 7.5, 1e4]),
  guidance: { name: random.pick(guidances), options: {} },
  scheduler: { name: random.pick(schedulers).name, config: {} },
  steps: random.pick([1, 2, 3, 5]),
  seed: random.pick(['1', '18446744073709551615', '-1', '0']),
  width: 64,
  height: 64,
  syntax: random.pick(['plain', 'a1111']),
  longPrompts: random.pick(['truncate', 'chunk']),
  null: random.pick(['auto', 'zeros', 'empty-text']),
})

/** What a caller of the TypeScript interface has, too: numbers that JSON has not. */
const notJson = [Number.NaN, Number.POSITIVE_INFINITY, 10n, undefined, () => 1]

const small = ({ steps = 1, width = 64, height = 64, timesteps = [], sigmas = [] }) =>
  Math.max(steps, timesteps.length, sigmas.length) <= 12 && width * height <= 128 * 128

export async function open() {
  const server = await fuzzServer()
  return {
    async run(random) {
      const whole = recipeOf(random)
      const text = random.chance(0.5) ? JSON.stringify(whole) : mutatedJson(whole, random)
      await server
        .ask('/v1/jobs', {
          method: 'POST',
          headers: { 'content-type': 'application/json', prefer: 'wait=30' },
          body: text,
        })
        .then(({ status, body }) => {
          if (status !== 201) return
          const { error, result } = JSON.parse(body)
          if (error?.code === 'internal') throw new Error(`The job failed: ${body.slice(0, 1000)}`)
          if (result && JSON.stringify(result.record).includes('null,"step"'))
            throw new Error('A record without numbers.')
        })
      let recipe
      try {
        recipe = JSON.parse(text)
      } catch {
        return 'no JSON'
      }
      if (random.chance(0.1) && recipe !== null) recipe[random.pick(Object.keys(whole))] = random.pick(notJson)
      const checked = checkRecipe(recipe)
      if (!small(checked)) return 'too large to be drawn here'
      const { evaluations } = plan(recipe, server.model)
      const { latents, record } = await generate(server.model, recipe).result
      if (!latents.data.every(Number.isFinite)) throw new Error('The latents are not finite.')
      if (evaluations?.run !== undefined && record.evaluations.run > evaluations.run) {
        throw new Error(`${record.evaluations.run} evaluations were run where the plan has ${evaluations.run}.`)
      }
      return 'drawn'
    },
    close: server.close,
  }
}

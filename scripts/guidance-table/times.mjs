import { median } from '../bench/statistics.mjs'

/**
 * What a run's loop takes, as a share of the negative prompt's: every method once a round, so that all see the same machine,
 * and the median over rounds. A run of its own first, for what is made once.
 */
export async function measureTimes({ generate, model, pair, methods, common, rounds, say }) {
  const loop = async (method) => {
    const scheduler = method.scheduler ?? common.scheduler
    const recipe = { ...common, scheduler, prompt: pair.prompt, seed: 1, ...method.recipe(pair) }
    const { timings } = await generate(model, recipe, { decode: false }).result
    return timings.network + timings.loop
  }
  for (const method of methods) await loop(method)
  const shares = new Map(methods.map(({ name }) => [name, []]))
  for (let round = 0; round < rounds; round++) {
    const taken = new Map()
    for (let i = 0; i < methods.length; i++) {
      const method = methods[(i + round * 7) % methods.length]
      taken.set(method.name, await loop(method))
    }
    for (const [name, ms] of taken) shares.get(name).push(ms / taken.get('negative-prompt'))
    say(`Times: round ${round + 1} of ${rounds}`)
  }
  return new Map([...shares].map(([name, values]) => [name, median(values)]))
}

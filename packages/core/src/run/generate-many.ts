import { NegError } from '../errors/neg-error'
import type { DiffusionModel } from '../model/diffusion-model'
import { parseSeed } from '../random/seed'
import { batched } from './batched'
import type { GenerateInput } from './functions-of-progress'
import { drawOrHost } from './generate'
import { checkModel, pointingToResult } from './misuse'
import { randomSeed } from './resolve-recipe'
import type { Run, RunOptions } from './run'
import { startRun } from './start-run'

/**
 * `count` seeds from `seed` on; from a random one where none is given.
 * @throws `seed-invalid` where they would go beyond 64 bits, `option-invalid`
 */
export function consecutiveSeeds(seed: string | number | bigint | undefined, count: number): string[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new NegError('option-invalid', `count is ${count}; expected a whole number of pictures, at least 1.`, {
      where: 'count',
    })
  }
  const given = seed ?? randomSeed()
  const first = parseSeed(given)
  // −2, −1, 0 follow each other, though torch takes the first two for the last of all.
  const signed = String(given).trim().startsWith('-') ? BigInt.asIntN(64, first) : first
  parseSeed(signed + BigInt(count - 1))
  return Array.from({ length: count }, (_, i) => String(parseSeed(signed + BigInt(i))))
}

export interface ManyOptions extends RunOptions {
  /**
   * Run all at once, their rows joined by `batched`. Default: where the model puts several pictures into one session call,
   * since only there it is faster; elsewhere one after another, so that the first picture comes first.
   */
  readonly together?: boolean
}

/** The same recipe for each seed: one run per picture, in order. Aborting one leaves the others going. */
export function generateMany(
  model: DiffusionModel,
  recipe: Omit<GenerateInput, 'seed'>,
  seeds: readonly string[],
  options: ManyOptions = {},
): Run[] {
  checkModel(model)
  const { together = model.info.mixesPictures ?? false, ...own } = options
  const shared = together ? batched(model) : model
  let before: Promise<unknown> = Promise.resolve()
  return seeds.map((seed) => {
    const turn = together ? Promise.resolve() : before
    const run = startRun(async (emit, signal, watched) => {
      await turn
      return drawOrHost(shared, { ...recipe, seed }, own, emit, signal, watched)
    }, own.signal)
    before = run.result.catch(() => {})
    return pointingToResult(run)
  })
}

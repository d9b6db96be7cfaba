import { NegError } from '../errors/neg-error'
import type { Run, RunResult } from './run'

/** What people look for on a run itself. */
const ofResult = ['image', 'images', 'record', 'latents', 'timings'] as const satisfies readonly (keyof RunResult)[]

/**
 * The same run, which answers whoever looks for a result's field on it (`const { image } = await generate(…)`) with what to do,
 * instead of `undefined`. Nothing is there to be listed or copied.
 */
export function pointingToResult<R extends Run>(run: R): R {
  for (const field of ofResult) {
    Object.defineProperty(run, field, {
      enumerable: false,
      get(): never {
        throw new NegError(
          'not-awaited',
          `A run has no ${field}: its result has. Write (await generate(…).result).${field}, or const { ${field} } = await generate(…).result.`,
          { where: field },
        )
      },
    })
  }
  return run
}

/**
 * Refuses a promise of a model, `node(…)` without `await`.
 * @throws `not-awaited`
 */
export function checkAwaited(model: unknown): void {
  if (typeof (model as { then?: unknown } | null)?.then !== 'function') return
  throw new NegError(
    'not-awaited',
    'The model is still a promise: write const model = await node(…) (or await web(…), await remote(…)), then pass model.',
    { where: 'model' },
  )
}

import { NegError } from '../errors/neg-error'
import type { Run, RunResult } from './run'

/** What people look for on a run itself. */
const ofResult = ['image', 'images', 'record', 'latents', 'timings'] as const satisfies readonly (keyof RunResult)[]

/**
 * The same run, which answers whoever looks for a result's field on it (`const { image } = await generate(…)`) with what to do,
 * instead of `undefined`. Nothing is there to be listed or copied.
 */
export function pointingToResult<R extends Pick<Run, 'abort'>>(run: R): R {
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
 * Refuses what is no model: a promise of one, `node(…)` without `await`; a server of jobs; anything else.
 * @throws `not-awaited`, `option-invalid`
 */
export function checkModel(model: unknown): void {
  const { then, info, submit } = (model ?? {}) as Readonly<Record<string, unknown>>
  if (typeof then === 'function') {
    throw new NegError(
      'not-awaited',
      'The model is still a promise: write const model = await node(…) (or await web(…), await remote(…)), then pass model.',
      { where: 'model' },
    )
  }
  if (typeof info === 'object') return
  const instead =
    typeof submit === 'function'
      ? 'This is a server of jobs: its generate is another, that of @neg/remote/jobs.'
      : 'Expected is what await node(…), await web(…) or await remote(…) gives.'
  throw new NegError('option-invalid', `No model was given. ${instead}`, { where: 'model' })
}

import { NegError } from '../errors/neg-error'

/** An error of coefficients names the guidance and the step, which whoever combines terms does not know. */
export function atStep(error: unknown, guidance: string, step: number): unknown {
  if (!NegError.isInstance(error) || error.code !== 'guidance-not-finite' || error.where !== undefined) return error
  return new NegError(error.code, `Guidance '${guidance}' at step ${step}: ${error.message}`, {
    where: `step ${step}`,
    cause: error,
  })
}

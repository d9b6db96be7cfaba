import { NegError } from '../errors/neg-error'
import { convert, type Guided, type Prediction, type Space } from '../prediction/prediction'
import type { Guidance } from './guidance'

/** What every wrapper takes over from the guidance that it wraps. */
export function wrap<R extends string>(
  inner: Guidance<R>,
): Pick<Guidance<R>, 'requires' | 'roles' | 'negatives' | 'inNetwork' | 'separate' | 'check'> {
  const { requires, roles, negatives, inNetwork, separate } = inner
  return {
    negatives,
    ...(inNetwork ? { inNetwork } : {}),
    ...(separate ? { separate } : {}),
    ...(requires ? { requires } : {}),
    ...(roles ? { roles } : {}),
    check: (recipe) => inner.check?.(recipe),
  }
}

/**
 * Refuses a guidance that gives clean image and re-noising direction apart, for wrappers that change one prediction.
 * @throws `guidance-order`
 */
export function refuseSplit(wrapper: string, inner: Guidance<string>): void {
  if (!inner.requires?.includes('scheduler.split')) return
  throw new NegError(
    'guidance-order',
    `Guidance '${wrapper}' changes one prediction, and what it wraps gives two (clean image and re-noising direction apart). ` +
      `Wrap another guidance with '${wrapper}', or use it alone.`,
  )
}

/** The one prediction of an inner guidance, in a space. @throws `guidance-order` if it gives two. */
export function single(wrapper: string, guided: Guided, space: Space): Prediction {
  if ('x0' in guided) {
    throw new NegError(
      'guidance-order',
      `Guidance '${wrapper}' changes one prediction, and what it wraps gave clean image and re-noising direction apart.`,
    )
  }
  return convert(guided, space)
}

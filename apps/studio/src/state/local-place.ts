import { generate, plan } from '@neg/core'
import type { WebModel } from '@neg/web'
import type { Place } from './place'

/** A model on this page. */
export const localPlace = (model: WebModel): Place => ({
  info: model.info,
  provides: model.provides,
  where: model.device.device,
  device: model.device,
  plan: (recipe) => plan(recipe, model),
  draw: (recipe, options) => generate(model, recipe, options),
  ...(model.classify ? { judge: model.classify } : {}),
  dispose: () => model.dispose(),
})

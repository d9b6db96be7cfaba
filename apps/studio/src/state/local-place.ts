import { generate, plan } from '@neg/core'
import { type WebModel, type WebOptions, web } from '@neg/web'
import type { Place } from './place'

/** A model on this page. */
const localPlace = (model: WebModel): Place => ({
  info: model.info,
  provides: model.provides,
  where: model.device.device,
  device: model.device,
  plan: (recipe) => plan(recipe, model),
  draw: (recipe, { inputs = [], ...options }) =>
    generate(model, recipe, {
      ...options,
      images: Object.fromEntries(inputs.map(({ sha256, pixels }) => [sha256, pixels])),
    }),
  ...(model.classify ? { judge: model.classify } : {}),
  dispose: () => model.dispose(),
})

/** Opens a model on this page. @throws what `web()` throws */
export const openLocal = async (options: WebOptions): Promise<Place> => localPlace(await web(options))

import { type DiffusionModel, generateMany, NegError, type Pixels, type Run, type RunWarning } from '@neg/core'
import { decode, encode, maskOf } from './pictures'
import type { Backend, Drawn, Request } from './request'
import type { NegSettings } from './settings'

/** A model that is open here: on Node, in a page, or with its networks elsewhere. */
export function onModel(model: DiffusionModel, settings: NegSettings): Backend {
  const { plugins, models, previews, onEvent } = settings
  if (settings.model !== undefined) {
    throw new NegError('option-invalid', 'settings.model chooses among the models of a server; this is one model.', {
      where: 'model',
    })
  }
  return {
    modelId: model.info.id,
    takesPictures: model.encodeImage !== undefined,
    info: async () => model.info,
    async draw(request, signal) {
      const { seeds } = request
      const { recipe, images } = await withPictures(request)
      const runs = generateMany(model, recipe, seeds, { plugins, models, previews, images, signal })
      try {
        return await Promise.all(runs.map((run, index) => drawnOf(run, { index, seed: seeds[index] }, onEvent)))
      } catch (error) {
        for (const run of runs) run.abort(error)
        throw error
      }
    },
  }
}

/** The pictures of a request decoded, and the size that they imply. */
async function withPictures({ recipe, image, mask, strength }: Request) {
  if (!image) return { recipe }
  const [pixels, maskPixels] = await Promise.all([decode(image), mask && decode(mask)])
  const images: Record<string, Pixels> = { [image.sha256]: pixels }
  if (mask && maskPixels) images[mask.sha256] = maskOf(maskPixels)
  const { width = pixels.width, height = pixels.height } = recipe
  const picture = {
    sha256: image.sha256,
    ...(strength === undefined ? {} : { strength }),
    ...(mask ? { mask: mask.sha256 } : {}),
  }
  return { recipe: { ...recipe, width, height, image: picture }, images }
}

async function drawnOf(
  run: Run,
  picture: { readonly index: number; readonly seed: string },
  onEvent: NegSettings['onEvent'],
): Promise<Drawn> {
  const warnings: RunWarning[] = []
  for await (const event of run) {
    if (event.type === 'warning') warnings.push(event)
    onEvent?.(event, picture)
  }
  const { image, record } = await run.result
  return { png: await encode(image, record), record, seed: picture.seed, warnings }
}

import { type DiffusionModel, generateMany, NegError, type Run, type RunWarning } from '@neg/core'
import { decode, encode, maskOf } from './pictures'
import { type Backend, beginningWith, type Drawn, type Request } from './request'
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

/** The pictures of a request decoded, and its recipe with them. */
async function withPictures(request: Request) {
  const { recipe, image, mask } = request
  if (!image) return { recipe }
  const [picture, masking] = await Promise.all([decode(image), mask && decode(mask)])
  const { width, height } = picture.pixels
  const images = masking ? [picture, { ...masking, pixels: maskOf(masking.pixels) }] : [picture]
  return { recipe: beginningWith(request, { width, height, sha256: picture.sha256 }, masking?.sha256), images }
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

import { NegError, type RunWarning } from '@neg/core'
import { linkedAbort } from '@neg/core/internal'
import { generate, type NegServer } from '@neg/remote/jobs'
import { decode, encode, type InputFile, maskOf } from './pictures'
import { type Backend, beginningWith, type Drawn, type Request } from './request'
import type { NegSettings } from './settings'

/** A neg server, which has the models, the plug-ins and the pictures. */
export function onServer(server: NegServer, settings: NegSettings): Backend {
  for (const own of ['plugins', 'models'] as const) {
    if (settings[own] === undefined) continue
    throw new NegError('option-invalid', `A server has its own ${own}: name them in the recipe.`, { where: own })
  }
  return {
    modelId: settings.model ?? 'default',
    takesPictures: true,
    async info(signal) {
      const models = await server.models({ signal })
      const model = settings.model === undefined ? models[0] : models.find(({ id }) => id === settings.model)
      if (model) return model.info
      const ids = models.map(({ id }) => id).join(', ')
      throw new NegError('model-missing', `The server has no model ${settings.model}; it has ${ids}.`, {
        where: 'model',
      })
    },
    async draw(request, signal) {
      const recipe = await withPictures(request, server, signal)
      const all = linkedAbort(signal)
      try {
        return await Promise.all(
          request.seeds.map((seed, index) =>
            drawnOf(server, { ...recipe, seed }, { index, seed }, settings, all.signal),
          ),
        )
      } catch (error) {
        all.controller.abort(error)
        throw error
      } finally {
        all.unlink()
      }
    },
  }
}

type Recipe = Parameters<typeof generate>[1]

/** The recipe, its pictures at the server. */
async function withPictures(request: Request, server: NegServer, signal?: AbortSignal): Promise<Recipe> {
  const { recipe, image, mask } = request
  if (!image) return recipe
  const upload = (bytes: Uint8Array, type: string) => server.upload(bytes, type, { signal })
  const [picture, masking] = await Promise.all([
    upload(image.bytes, image.type),
    mask && upload(await opaque(mask), 'image/png'),
  ])
  return beginningWith(request, picture, masking?.sha256)
}

/** A mask as servers read it: white is drawn anew. */
const opaque = async (mask: InputFile): Promise<Uint8Array> => encode(maskOf((await decode(mask)).pixels))

async function drawnOf(
  server: NegServer,
  recipe: Recipe,
  picture: { readonly index: number; readonly seed: string },
  { model, previews, onEvent }: NegSettings,
  signal: AbortSignal,
): Promise<Drawn> {
  const run = generate(server, recipe, { model, previews, latents: 'final', signal })
  const warnings: RunWarning[] = []
  for await (const event of run) {
    if (event.type === 'warning') warnings.push(event)
    onEvent?.(event, picture)
  }
  const { file: png, job, record } = await run.result
  if (!png) throw new NegError('remote-malformed', `Job ${job.id} ended without a picture.`)
  return { png, record, seed: picture.seed, warnings }
}

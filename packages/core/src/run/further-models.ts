import { NegError } from '../errors/neg-error'
import type { Conditioning } from '../model/conditioning'
import type { DiffusionModel } from '../model/diffusion-model'
import type { Recipe } from '../recipe/recipe'

/** The conditions of a run as its further models encode them: a model takes only what it encoded itself. */
export interface FurtherEncodings {
  /** What the model of that name makes of a condition's prompt; encoded once. */
  encodedBy(name: string, conditioning: Conditioning): Promise<Conditioning>
  release(): void
}

export function furtherEncodings(
  main: DiffusionModel,
  models: Readonly<Record<string, DiffusionModel>>,
  options: { readonly signal: AbortSignal; readonly width: number; readonly height: number },
): FurtherEncodings {
  const encoded = new Map<string, Promise<Conditioning>>()
  const prepared = new Map<string, Promise<unknown>>()

  const encode = async (name: string, { prompt }: Conditioning): Promise<Conditioning> => {
    const model = models[name]
    const ready = prepared.get(name) ?? model.prepare(new Set(), { signal: options.signal })
    prepared.set(name, ready)
    await ready
    return (await model.encode([prompt], options))[0]
  }

  return {
    encodedBy: (name, conditioning) => {
      if (models[name] === main) return Promise.resolve(conditioning)
      const key = `${name}/${conditioning.id}`
      const own = encoded.get(key) ?? encode(name, conditioning)
      encoded.set(key, own)
      return own
    },
    release: () => {
      for (const own of encoded.values()) own.then((conditioning) => conditioning.release()).catch(() => {})
    },
  }
}

/**
 * Refuses a further model whose predictions cannot stand beside the main one's. @throws `model-mismatch`; `control-unsupported` where it
 * has not the ControlNets of the recipe
 */
export function checkFurtherModel(
  name: string,
  { info }: Pick<DiffusionModel, 'info'>,
  main: Pick<DiffusionModel, 'info'>,
  { control = [] }: Pick<Recipe, 'control'> = {},
): void {
  const told = (of: DiffusionModel['info']) => ({
    'latent channels': of.latent.channels,
    reads: of.reads ?? 'nothing beside x',
    'pixels a latent cell': of.latent.pixelsPer,
    'prediction type': of.scheduler.config.prediction_type ?? 'epsilon',
  })
  const [own, wanted] = [told(info), told(main.info)] as const
  for (const [what, value] of Object.entries(own)) {
    const other = wanted[what as keyof typeof wanted]
    if (value === other) continue
    throw new NegError(
      'model-mismatch',
      `options.models.${name} (${info.id}) has ${what} ${value}, ${main.info.id} has ${other}: they must be equal.`,
      { where: `models.${name}` },
    )
  }
  const lacking = control.find(({ controlnet }) => !info.controls?.some((one) => one.name === controlnet))
  if (!lacking) return
  throw new NegError(
    'control-unsupported',
    `options.models.${name} (${info.id}) has no ControlNet '${lacking.controlnet}', and its predictions stand beside those of ${main.info.id}, ` +
      'which are led by it: open both with it, or leave control out.',
    { where: `models.${name}` },
  )
}

import {
  consecutiveSeeds,
  type ModelInfo,
  NegError,
  type RecipeInput,
  type RunRecord,
  type RunWarning,
} from '@neg/core'
import type { CallOptions, Warning } from './image-model'
import { type InputFile, loadFile } from './pictures'
import { type Size, sizeOf, sizeOfAspect } from './size'

/** What draws: a model that is open here, or a server. */
export interface Backend {
  readonly modelId: string
  /** Whether it begins from pictures. */
  readonly takesPictures: boolean
  /** What sizes are taken from. */
  info(signal?: AbortSignal): Promise<Pick<ModelInfo, 'size' | 'sizeMultiple'>>
  draw(request: Request, signal?: AbortSignal): Promise<Drawn[]>
}

/** One call of `generateImage`, as recipes. */
export interface Request {
  /** Everything but the seed and the picture. */
  readonly recipe: Omit<RecipeInput, 'seed' | 'image'>
  readonly seeds: readonly string[]
  readonly image?: InputFile
  readonly mask?: InputFile
  readonly strength?: number
  readonly warnings: Warning[]
}

/** One picture. */
export interface Drawn {
  readonly png: Uint8Array
  readonly record: RunRecord
  readonly seed: string
  readonly warnings: readonly RunWarning[]
}

/** What `generateImage` says itself and `providerOptions.neg` may not say again. */
const elsewhere: Readonly<Record<string, string>> = {
  prompt: 'prompt',
  seed: 'seed',
  width: 'size',
  height: 'size',
  image: 'prompt.images',
}

/** @throws `option-invalid`, `size-invalid`, `seed-invalid`, `image-malformed`, `download-failed` */
export async function requestOf(options: CallOptions, backend: Backend): Promise<Request> {
  const { prompt = '', n, seed, files = [], mask, abortSignal: signal } = options
  const { strength, ...own } = options.providerOptions.neg ?? {}
  for (const [key, place] of Object.entries(elsewhere)) {
    if (!(key in own)) continue
    throw new NegError('option-invalid', `providerOptions.neg.${key} is said by generateImage's own ${place}.`, {
      where: `providerOptions.neg.${key}`,
    })
  }
  if (mask && files.length === 0) {
    throw new NegError('option-invalid', 'A mask needs a picture: prompt.images.', { where: 'prompt.mask' })
  }
  if (strength !== undefined && (typeof strength !== 'number' || files.length === 0)) {
    const what = files.length === 0 ? 'needs a picture: prompt.images' : 'must be a number above 0, at most 1'
    throw new NegError('option-invalid', `providerOptions.neg.strength ${what}.`, {
      where: 'providerOptions.neg.strength',
    })
  }
  const [size, image, maskFile] = await Promise.all([
    drawnSize(options, backend),
    files[0] && loadFile(files[0], 'prompt.images[0]', signal),
    mask && loadFile(mask, 'prompt.mask', signal),
  ])
  return {
    recipe: { ...(own as Partial<RecipeInput>), prompt, ...size },
    seeds: consecutiveSeeds(seed, n),
    ...(image ? { image } : {}),
    ...(maskFile ? { mask: maskFile } : {}),
    ...(strength === undefined ? {} : { strength }),
    warnings: warningsOf(options),
  }
}

/** Undefined: the model's own, or the input picture's. */
async function drawnSize({ size, aspectRatio, abortSignal }: CallOptions, backend: Backend): Promise<Size | undefined> {
  if (size !== undefined) return sizeOf(size)
  if (aspectRatio === undefined) return undefined
  return sizeOfAspect(aspectRatio, await backend.info(abortSignal))
}

/** What of a call has no effect. */
function warningsOf({ size, aspectRatio, files = [], headers = {} }: CallOptions): Warning[] {
  const warnings: Warning[] = []
  const unsupported = (feature: string, details: string) => warnings.push({ type: 'unsupported', feature, details })
  if (size !== undefined && aspectRatio !== undefined) unsupported('aspectRatio', 'size is given, and says it.')
  if (files.length > 1) unsupported('prompt.images', `Of ${files.length} pictures the first is begun from.`)
  const names = Object.keys(headers).filter((name) => name.toLowerCase() !== 'user-agent')
  if (names.length > 0) unsupported('headers', `${names.join(', ')}: set them where the model or server is made.`)
  return warnings
}

/** The recipe of a request whose picture is known by name: of that picture's size where none is asked for. */
export function beginningWith(
  { recipe, strength }: Pick<Request, 'recipe' | 'strength'>,
  picture: Size & { readonly sha256: string },
  mask: string | undefined,
): Omit<RecipeInput, 'seed'> {
  const { width = picture.width, height = picture.height } = recipe
  const image = {
    sha256: picture.sha256,
    ...(strength === undefined ? {} : { strength }),
    ...(mask === undefined ? {} : { mask }),
  }
  return { ...recipe, width, height, image }
}

import { createHash } from 'node:crypto'
import { NegError, type Pixels, type RecipeInput } from '@neg/core'
import { readImage } from '@neg/node'
import type { GenerateFlags } from '../arguments/generate-flags'
import { readBytes } from '../files/read-bytes'

/** What a recipe says of its input images, and the images themselves by their SHA-256. */
export interface InputImages {
  readonly image: RecipeInput['image']
  readonly images: Readonly<Record<string, Pixels>>
}

interface Loaded {
  readonly file: string
  readonly sha256: string
  readonly pixels: Pixels
}

async function load(file: string): Promise<Loaded> {
  const bytes = await readBytes(file)
  try {
    return { file, sha256: createHash('sha256').update(bytes).digest('hex'), pixels: await readImage(bytes) }
  } catch (error) {
    if (!NegError.isInstance(error)) throw error
    throw new NegError(error.code, `${file}: ${error.message}`, { where: file, cause: error })
  }
}

/** @throws `image-missing`, `image-mismatch` saying which file the record expects. */
function expect(role: string, flag: string, wanted: string | undefined, found: Loaded | undefined): void {
  if (wanted === undefined || wanted === found?.sha256) return
  const expected = `The record expects the ${role} whose SHA-256 is ${wanted}`
  if (!found) throw new NegError('image-missing', `${expected}. Give it: ${flag} FILE.`, { where: flag })
  throw new NegError('image-mismatch', `${expected}; ${found.file} has ${found.sha256}.`, { where: flag })
}

/**
 * Loads `--image` and `--mask`, and lays them and `--strength` over the base's.
 * @param recorded Whether the base is a record: its pictures are then the ones that must be given.
 */
export async function inputImagesOf(
  flags: GenerateFlags,
  base: RecipeInput['image'],
  recorded: boolean,
): Promise<InputImages> {
  const image = flags.image === undefined ? undefined : await load(flags.image)
  const mask = flags.mask === undefined ? undefined : await load(flags.mask)
  if (recorded || !image) expect('input image', '--image', base?.sha256, image)
  if (recorded || !mask) expect('mask', '--mask', base?.mask, mask)
  if (!image) {
    const alone = flags.mask !== undefined ? '--mask' : flags.strength !== undefined ? '--strength' : undefined
    if (alone)
      throw new NegError('option-invalid', `${alone} needs --image: a picture to begin from.`, { where: alone })
    return { image: undefined, images: {} }
  }
  const strength = flags.strength ?? base?.strength
  return {
    image: {
      sha256: image.sha256,
      ...(strength === undefined ? {} : { strength }),
      ...(mask ? { mask: mask.sha256 } : {}),
    },
    images: Object.fromEntries([image, mask].flatMap((one) => (one ? [[one.sha256, one.pixels]] : []))),
  }
}

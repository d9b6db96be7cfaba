import { NegError, type Pixels, type RecipeInput } from '@neg/core'
import { readImage } from '@neg/web'
import { database } from '../lib/database'
import type { InputPicture } from './place'

/** Pictures that recipes begin with, and masks, by the SHA-256 of their file (of any format): kept, so that a recipe finds them again. */
const store = database<{ readonly sha256: string; readonly png: Blob }>('inputs')

/** Pictures that were read last: a recipe's two, and those of one before. */
const read = new Map<string, Promise<Pixels>>()
const mostRead = 4

function pixelsOf(sha256: string, file: Blob): Promise<Pixels> {
  const pixels = read.get(sha256) ?? readImage(file)
  read.delete(sha256)
  read.set(sha256, pixels)
  pixels.catch(() => read.delete(sha256))
  for (const old of [...read.keys()].slice(0, -mostRead)) read.delete(old)
  return pixels
}

/** What a recipe names, read. @throws `image-missing`, `image-malformed` */
export async function inputsOf({ image }: Pick<RecipeInput, 'image'>): Promise<InputPicture[]> {
  if (!image) return []
  const names = [image.sha256, ...(image.mask === undefined ? [] : [image.mask])]
  return Promise.all(
    names.map(async (sha256) => {
      const file = await inputFile(sha256)
      if (!file) throw new NegError('image-missing', `No picture ${sha256} is kept here.`, { where: 'image' })
      return { sha256, file, pixels: await pixelsOf(sha256, file) }
    }),
  )
}

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** Keeps a picture under the name that a recipe calls it by. @throws `storage-full`, `write-failed` */
export async function keepInput(file: Blob): Promise<string> {
  const sha256 = hex(await crypto.subtle.digest('SHA-256', await file.arrayBuffer()))
  await store.put({ sha256, png: file })
  return sha256
}

export const inputFile = async (sha256: string): Promise<Blob | undefined> => (await store.get(sha256))?.png

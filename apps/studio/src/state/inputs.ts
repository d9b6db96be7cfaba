import { NegError, type RecipeInput } from '@neg/core'
import { database } from '../lib/database'
import type { InputPicture } from './place'

/** Pictures that recipes begin with, and masks, by the SHA-256 of their PNG: kept, so that a recipe finds them again. */
const store = database<{ readonly sha256: string; readonly png: Blob }>('inputs')

/** What a recipe names, read. @throws `image-missing` */
export async function inputsOf({ image }: Pick<RecipeInput, 'image'>): Promise<InputPicture[]> {
  if (!image) return []
  const { readImage } = await import('@neg/web')
  const names = [image.sha256, ...(image.mask === undefined ? [] : [image.mask])]
  return Promise.all(
    names.map(async (sha256) => {
      const kept = await store.get(sha256)
      if (!kept) throw new NegError('image-missing', `No picture ${sha256} is kept here.`, { where: 'image' })
      return { ...kept, pixels: await readImage(kept.png) }
    }),
  )
}

const hex = (bytes: ArrayBuffer): string =>
  [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('')

/** Keeps a picture under the name that a recipe calls it by. @throws `storage-full`, `write-failed` */
export async function keepInput(png: Blob): Promise<string> {
  const sha256 = hex(await crypto.subtle.digest('SHA-256', await png.arrayBuffer()))
  await store.put({ sha256, png })
  return sha256
}

export const inputPng = async (sha256: string): Promise<Blob | undefined> => (await store.get(sha256))?.png

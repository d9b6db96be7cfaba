import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NegError, type Pixels, type RunRecord, type RunResult, type Tensor } from '@neg/core'
import { makeFolder, writeFileAtomic } from '@neg/node/internal'
import { encodeNpy } from '../npy/npy'
import { encodePicture } from '../record/record'
import { contactSheet } from '../sheet/contact-sheet'
import type { Destination } from './destination'

/** A picture that is on disk. */
export interface Drawn {
  readonly file: string
  readonly image: Pixels
  readonly record: RunRecord
  readonly latents?: Tensor
}

/** A name that writes over nothing else: `stem.png`, or `stem-2.png` where that holds something else. */
async function freeName(stem: string, bytes: Uint8Array): Promise<string> {
  for (let n = 1; ; n++) {
    const file = `${stem}${n === 1 ? '' : `-${n}`}.png`
    const there = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (there === undefined || Buffer.compare(there, bytes) === 0) return file
  }
}

/** Writes a file whole or not at all; makes its folder. @throws `write-failed` */
async function write(file: string, bytes: Uint8Array): Promise<void> {
  try {
    await makeFolder(dirname(file))
  } catch (error) {
    throw new NegError('write-failed', `The folder of ${file} cannot be made: ${(error as Error).message}.`, {
      where: file,
      cause: error,
    })
  }
  await writeFileAtomic(file, bytes)
}

async function writePng(stem: string, bytes: Uint8Array, { named }: Destination): Promise<string> {
  const file = named ? `${stem}.png` : await freeName(stem, bytes)
  await write(file, bytes)
  return file
}

/** Writes a picture with its record inside. */
export async function writePicture({ image, latents, record }: RunResult, destination: Destination): Promise<Drawn> {
  const stem = destination.picture(record.recipe.seed)
  const file = await writePng(stem, await encodePicture(image, record), destination)
  return { file, image, record, latents }
}

/** All pictures on one sheet, their seeds below. */
export async function writeSheet(drawn: readonly Drawn[], destination: Destination): Promise<string> {
  const sheet = contactSheet(drawn.map(({ image, record }) => ({ image, label: `seed ${record.recipe.seed}` })))
  return writePng(destination.sheet, await encodePicture(sheet), destination)
}

/** Final latents of all pictures, [pictures, C, h, w]. */
export async function writeLatents(file: string, drawn: readonly Drawn[]): Promise<void> {
  await write(file, encodeNpy(drawn.flatMap(({ latents }) => (latents ? [latents] : []))))
}

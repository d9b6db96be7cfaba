import { type Json, NegError } from '@neg/core'
import { readBytes } from './read-bytes'

const pngSignature = [0x89, 0x50, 0x4e, 0x47]

/** The text of a file's bytes, whose content is never part of an error. @throws `recipe-invalid` where it is no text */
function textOf(bytes: Uint8Array, file: string): string {
  const refuse = (why: string) => new NegError('recipe-invalid', `${file} ${why}`, { where: file })
  if (pngSignature.every((byte, i) => bytes[i] === byte)) {
    throw refuse('is a picture, not JSON: --from reads the recipe that a picture carries.')
  }
  try {
    if (!bytes.includes(0)) return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    // Said below.
  }
  throw refuse('is not JSON: it holds no text.')
}

/** A JSON file that holds an object. @throws `read-failed`, `recipe-invalid` saying where the JSON breaks */
export async function readJson(file: string): Promise<{ [key: string]: Json }> {
  const text = textOf(await readBytes(file), file)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new NegError('recipe-invalid', `${file} is not JSON: ${(error as Error).message}.`, {
      where: file,
      cause: error,
    })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as { [key: string]: Json }
  throw new NegError('recipe-invalid', `${file} holds no JSON object.`, { where: file })
}

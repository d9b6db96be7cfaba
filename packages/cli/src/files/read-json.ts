import { type Json, NegError } from '@neg/core'
import { readBytes } from './read-bytes'

/** A JSON file that holds an object. @throws `read-failed`, `recipe-invalid` saying where the JSON breaks */
export async function readJson(file: string): Promise<{ [key: string]: Json }> {
  const text = new TextDecoder().decode(await readBytes(file))
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

import { NegError } from '@neg/core'
import type { Additions } from '@neg/onnx'
import { fetchBytes } from './fetch-file'

/** A LoRA file or a textual inversion (`.safetensors`). */
export interface AdditionSource {
  /** Its address, or the file that somebody chose. */
  readonly file: string | URL | Blob
  /** What prompts, records and messages call it. Default the file's name without its ending; needed for a Blob without a name. */
  readonly name?: string
}

export interface LoraSource extends AdditionSource {
  /** Factor of all of it; negative ones take away. Default 1. */
  readonly weight?: number
}

/** What is added to a model, as it crosses to the worker. */
export interface AdditionBytes {
  readonly loras: readonly { readonly name: string; readonly weight: number; readonly bytes: Uint8Array }[]
  readonly embeddings: readonly { readonly name: string; readonly bytes: Uint8Array }[]
}

function nameOf({ file, name }: AdditionSource, where: string): string {
  const given =
    name ??
    (file instanceof Blob
      ? (file as Partial<File>).name
      : `${file}`
          .replace(/[?#].*$/, '')
          .split('/')
          .pop())
  if (given) return name ?? decodeURIComponent(given).replace(/\.[^.]*$/, '')
  throw new NegError(
    'option-invalid',
    `web(): a Blob in ${where} has no name by which prompts could call it: give name.`,
    { where },
  )
}

async function bytesOf(
  { file }: AdditionSource,
  name: string,
  base: string,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  if (file instanceof Blob) return new Uint8Array(await file.arrayBuffer())
  return fetchBytes(new URL(`${file}`, base).href, { model: name, path: name }, { signal })
}

/** Fetches what is added to a model. @throws `option-invalid`, and as downloads do */
export async function fetchAdditions(
  {
    loras = [],
    embeddings = [],
  }: { readonly loras?: readonly LoraSource[]; readonly embeddings?: readonly AdditionSource[] },
  base: string,
  signal?: AbortSignal,
): Promise<AdditionBytes> {
  const named = (sources: readonly AdditionSource[], where: string) => sources.map((source) => nameOf(source, where))
  const [loraNames, embeddingNames] = [named(loras, 'loras'), named(embeddings, 'embeddings')]
  return {
    loras: await Promise.all(
      loras.map(async (source, i) => ({
        name: loraNames[i],
        weight: source.weight ?? 1,
        bytes: await bytesOf(source, loraNames[i], base, signal),
      })),
    ),
    embeddings: await Promise.all(
      embeddings.map(async (source, i) => ({
        name: embeddingNames[i],
        bytes: await bytesOf(source, embeddingNames[i], base, signal),
      })),
    ),
  }
}

/** The same in the worker, as the model takes it. */
export const receivedAdditions = ({ loras, embeddings }: AdditionBytes): Additions => {
  const file = (bytes: Uint8Array) => ({
    size: bytes.length,
    slice: async (from: number, to: number) => bytes.subarray(from, to),
  })
  return {
    loras: loras.map(({ name, weight, bytes }) => ({ name, weight, file: file(bytes) })),
    embeddings: embeddings.map(({ name, bytes }) => ({ name, file: file(bytes) })),
  }
}

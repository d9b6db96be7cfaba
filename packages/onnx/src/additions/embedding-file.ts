import { NegError } from '@neg/core'
import type { EmbeddingAddition } from './addition'
import { readSafetensors, type StoredTensor } from './safetensors'

/** A textual inversion's vectors for one text encoder. */
export interface EmbeddingVectors {
  readonly key: string
  /** How many there are, and how wide each is. */
  readonly count: number
  readonly width: number
  read(): Promise<Float32Array>
}

export interface EmbeddingFile {
  /** Names that prompts have for it: the file's, and the token that it was trained as. */
  readonly names: readonly string[]
  /** Of SDXL's files one for each encoder; else one. */
  readonly vectors: readonly EmbeddingVectors[]
}

/** Keys that are no token: A1111's, and SDXL's for its two encoders. */
const plain = new Set(['emb_params', 'clip_l', 'clip_g', '*'])

/**
 * Reads a textual inversion: A1111's `emb_params`, diffusers' `{ token: vectors }`, SDXL's `clip_l` and `clip_g`.
 * @throws `model-unsupported` for a pickled file, `model-file-malformed`
 */
export async function readEmbedding({ name, file }: EmbeddingAddition): Promise<EmbeddingFile> {
  const tensors = [...(await readSafetensors(file, name))]
  const vectors = tensors.flatMap(([key, tensor]) => vectorsOf(key, tensor))
  if (vectors.length === 0 || vectors.length !== tensors.length || vectors.length > 2) {
    throw new NegError(
      'model-file-malformed',
      `${name} is no textual inversion: it holds ${tensors.length} tensors (${tensors
        .slice(0, 3)
        .map(([key, { shape }]) => `${key} [${shape}]`)
        .join(', ')}). Expected is emb_params, a token with its vectors, or clip_l and clip_g.`,
      { where: name },
    )
  }
  const tokens = vectors.length === 1 ? [vectors[0].key].filter((key) => !plain.has(key)) : []
  return { names: [...new Set([name, ...tokens])], vectors }
}

function vectorsOf(key: string, { shape, read }: StoredTensor): EmbeddingVectors[] {
  const [count, width] = shape.length === 1 ? [1, shape[0]] : shape
  return shape.length >= 1 && shape.length <= 2 && count >= 1 && width >= 1 ? [{ key, count, width, read }] : []
}

import { type DiffusionModel, NegError } from '@neg/core'
import { type NodeSessions, node, nodeFiles, nodeSessions } from '@neg/node'
import { vocabularySize } from '@neg/onnx/internal'
import { type ModelFlags, modelOptions } from '../arguments/model-flags'

/** The model to draw with; weights are read when the first job needs them. */
export const openHosted = (flags: ModelFlags & { readonly mixPictures: boolean }): Promise<DiffusionModel> =>
  node({ ...modelOptions(flags), ...(flags.mixPictures ? { mixPictures: true } : {}) })

/** The same model's networks, one by one, each read when it is first asked for. */
export const openSessions = async (flags: ModelFlags): Promise<NodeSessions> => {
  const { ort: _, mixPictures: __, attention: ___, memory: ____, loras, embeddings, ...options } = modelOptions(flags)
  const given = loras ? '--lora' : embeddings ? '--embedding' : undefined
  if (given) {
    throw new NegError(
      'option-invalid',
      `${given} adds to the model that jobs are drawn with, and single networks are served as their files are: add --no-tensors.`,
      { where: given },
    )
  }
  return nodeSessions(options)
}

/** How many token ids each text encoder knows, by part, where the folder says. */
export async function tokensOf(flags: ModelFlags, parts: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const { model, device: _, threads: __, ort: ___, attention: ____, memory: _____, ...options } = modelOptions(flags)
  const files = await nodeFiles(model, options)
  const encoders = parts.filter((part) => part.startsWith('text_encoder'))
  const sizes = await Promise.all(encoders.map(async (part) => [part, await vocabularySize(files, part)] as const))
  return Object.fromEntries(sizes.flatMap(([part, size]) => (size === undefined ? [] : [[part, size]])))
}

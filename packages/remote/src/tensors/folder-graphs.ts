import { NegError } from '@neg/core'
import { localSessions, type ModelFiles, type Signature } from '@neg/onnx'

/** What a local folder says of its own networks, wherever they run: none is opened. */
export interface FolderGraphs {
  /** Undefined where the folder has no such graph. @throws `model-file-malformed` */
  signature(part: string): Promise<Signature | undefined>
  /** Hex SHA-256 of the graph's files, by path. */
  digests(part: string): Promise<Readonly<Record<string, string>>>
}

const unopened = { name: '', version: '', device: '', threads: 0, paths: false } as const

/** Reads headers of a folder's graphs in their plain dtype. */
export async function folderGraphs(files: ModelFiles): Promise<FolderGraphs> {
  const sessions = await localSessions({
    files,
    runtime: {
      ...unopened,
      open: async ({ name }) => {
        throw new NegError('internal', `${name} was opened though only its header was to be read.`)
      },
    },
  })
  const ifThere = async <T>(part: string, ask: () => Promise<T>): Promise<T | undefined> => {
    if (!sessions.parts.includes(part)) return undefined
    try {
      return await ask()
    } catch (error) {
      // Another dtype alone, or a graph without its weights: that is no folder to compare with.
      if (NegError.isInstance(error) && error.code === 'model-file-missing') return undefined
      throw error
    }
  }
  return {
    signature: (part) => ifThere(part, () => sessions.signature(part)),
    digests: async (part) => Object.fromEntries((await ifThere(part, () => sessions.digests(part))) ?? []),
  }
}

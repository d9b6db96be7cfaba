import { fileDigest, foldDigests } from '../files/digest'
import type { ModelFiles } from '../files/model-files'
import { isModelConfig, modelNetworks } from '../folder/model-file-list'
import type { SessionFactory } from '../session/session'

/** SHA-256 over the names and contents of what decides a model: configs, and its networks as this dtype has them. */
export async function modelDigest(files: ModelFiles, sessions: SessionFactory): Promise<string> {
  const small = (await files.list()).filter(isModelConfig)
  const digests = await Promise.all([
    ...small.map(async (path) => [[path, await fileDigest(files, path)] as const]),
    ...modelNetworks(sessions.parts).map((part) => sessions.digests(part)),
  ])
  return foldDigests(digests.flat())
}

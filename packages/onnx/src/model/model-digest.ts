import { configDigests } from '../files/config-digests'
import { foldDigests } from '../files/digest'
import type { ModelFiles } from '../files/model-files'
import { modelNetworks } from '../folder/model-file-list'
import type { SessionFactory } from '../session/session'

/** SHA-256 over the names and contents of what decides a model: configs, and its networks as this dtype has them. */
export async function modelDigest(files: ModelFiles, sessions: SessionFactory): Promise<string> {
  const digests = await Promise.all([
    configDigests(files),
    ...modelNetworks(sessions.parts).map((part) => sessions.digests(part)),
  ])
  return foldDigests(digests.flat())
}

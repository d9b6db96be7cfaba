import { fileDigest, foldDigests } from '../files/digest'
import type { ModelFiles } from '../files/model-files'
import type { SessionFactory } from '../session/session'

/** Files that decide what a model does, beside its networks. */
const configs =
  /^(?:model_index\.json|[^/]+\/(?:config|scheduler_config|vocab|tokenizer|tokenizer_config|special_tokens_map)\.json|[^/]+\/merges\.txt)$/

/** SHA-256 over the names and contents of the model's files: its configs, and the networks that this dtype uses. */
export async function modelDigest(files: ModelFiles, sessions: SessionFactory): Promise<string> {
  const small = (await files.list()).filter((path) => configs.test(path))
  const digests = await Promise.all([
    ...small.map(async (path) => [[path, await fileDigest(files, path)] as const]),
    ...sessions.parts.map((part) => sessions.digests(part)),
  ])
  return foldDigests(digests.flat())
}

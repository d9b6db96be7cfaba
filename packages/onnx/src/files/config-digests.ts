import { isModelConfig } from '../folder/model-file-list'
import { fileDigest } from './digest'
import type { ModelFiles } from './model-files'

/** Hex SHA-256 of each of a folder's configs that decide what a model does, by path. */
export async function configDigests(files: ModelFiles): Promise<(readonly [path: string, sha256: string])[]> {
  const paths = (await files.list()).filter(isModelConfig)
  return Promise.all(paths.map(async (path) => [path, await fileDigest(files, path)] as const))
}

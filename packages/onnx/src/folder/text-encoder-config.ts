import * as z from 'zod'
import type { ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'

const schema = z.looseObject({
  max_position_embeddings: z.int().min(3).max(16_384).nullish(),
  vocab_size: z.int().min(1).nullish(),
})

/** Tokens a text encoder takes, the two special ones included; CLIP's 77 where no config says. */
export async function readMaxLength(files: ModelFiles, part: string): Promise<number> {
  const path = `${part}/config.json`
  if (!(await files.list()).includes(path)) return 77
  return (await readJson(files, path, schema)).max_position_embeddings ?? 77
}

/** Token ids that a text encoder has embeddings for; undefined where no config says. @throws `model-file-malformed` */
export async function vocabularySize(files: ModelFiles, part: string): Promise<number | undefined> {
  const path = `${part}/config.json`
  if (!(await files.list()).includes(path)) return undefined
  return (await readJson(files, path, schema)).vocab_size ?? undefined
}

import { NegError } from '@neg/core'
import * as z from 'zod'
import { fileMissing, type ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'
import { t5Tokenizer } from './t5-tokenizer'
import type { Tokenizer } from './tokenizer'

const special = z.union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)])

const configSchema = z.looseObject({
  model_max_length: z.number().positive().optional(),
  eos_token: special.nullish(),
  pad_token: special.nullish(),
})

const fastSchema = z.looseObject({
  added_tokens: z.array(z.looseObject({ id: z.int().min(0), content: z.string().min(1) })).default([]),
  model: z.looseObject({ type: z.string().optional() }),
})

/** What a window may hold where no config says. */
const usualMost = 512

/**
 * Reads a T5 tokenizer's folder (`tokenizer.json`, `tokenizer_config.json`). The library that runs it is loaded here, so only
 * where a model has a T5.
 *
 * @param length tokens of a window
 * @returns also how many tokens a window may have
 * @throws `model-file-missing`; `tokenizer-malformed` naming the file
 */
export async function readT5Tokenizer(
  files: ModelFiles,
  folder: string,
  length: number,
): Promise<{ readonly tokenizer: Tokenizer; readonly most: number }> {
  const present = await files.list()
  const [path, configPath] = [`${folder}/tokenizer.json`, `${folder}/tokenizer_config.json`]
  if (!present.includes(path)) {
    const why = present.includes(`${folder}/spiece.model`)
      ? `It has ${folder}/spiece.model: transformers makes the other of it, T5TokenizerFast.from_pretrained(FOLDER).save_pretrained(FOLDER).`
      : 'Export the model again.'
    throw fileMissing(files.name, path, why)
  }
  const malformed = (message: string, cause?: unknown) =>
    new NegError('tokenizer-malformed', message, { where: path, ...(cause === undefined ? {} : { cause }) })
  const read = async <T extends z.ZodType>(file: string, schema: T) => {
    try {
      return await readJson(files, file, schema)
    } catch (error) {
      if (!NegError.isInstance(error) || error.code !== 'model-file-malformed') throw error
      throw malformed(error.message, error)
    }
  }
  const [content, config] = await Promise.all([
    read(path, fastSchema),
    present.includes(configPath) ? read(configPath, configSchema) : configSchema.parse({}),
  ])
  const { Tokenizer: Library } = await import('@huggingface/tokenizers')
  let library: InstanceType<typeof Library>
  try {
    library = new Library(content, {})
    library.encode('a')
  } catch (error) {
    throw malformed(`${path} of ${files.name} is no tokenizer: ${(error as Error).message}`, error)
  }
  const idOf = (role: string, name: string): number => {
    const id = content.added_tokens.find((token) => token.content === name)?.id ?? library.token_to_id(name)
    if (id !== undefined) return id
    throw malformed(`${path} of ${files.name}: ${role} is '${name}', which is not in the vocabulary.`)
  }
  // Unset, transformers writes a number beyond all others.
  const said = config.model_max_length ?? usualMost
  const most = said < 1e6 ? said : usualMost
  const tokenizer = t5Tokenizer({
    eos: idOf('eos_token', config.eos_token ?? '</s>'),
    pad: idOf('pad_token', config.pad_token ?? '<pad>'),
    limit: Math.min(length, most),
    encode: (text) => library.encode(text, { add_special_tokens: false }),
  })
  return { tokenizer, most }
}

import { NegError } from '@neg/core'
import * as z from 'zod'
import { fileMissing, type ModelFiles, readText } from '../files/model-files'
import { readJson } from '../files/read-json'
import { type AddedToken, clipTokenizer } from './clip-tokenizer'
import { knownPadding } from './known-padding'
import type { Tokenizer } from './tokenizer'

const special = z.union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)])
const added = z.looseObject({ content: z.string().min(1), normalized: z.boolean().default(false) })

const configSchema = z.looseObject({
  tokenizer_class: z.string().optional(),
  model_max_length: z.number().positive().optional(),
  bos_token: special.nullish(),
  eos_token: special.nullish(),
  pad_token: special.nullish(),
  unk_token: special.nullish(),
  added_tokens_decoder: z.record(z.string(), added).optional(),
})

const vocabularySchema = z.record(z.string(), z.number().int().nonnegative())

const fastSchema = z.looseObject({
  padding: z.looseObject({ pad_token: z.string() }).nullish(),
  added_tokens: z.array(z.looseObject({ id: z.number().int(), content: z.string().min(1), normalized: z.boolean() })),
  model: z.looseObject({
    type: z.literal('BPE').optional(),
    vocab: vocabularySchema,
    merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
  }),
})

/** Vocabulary and merge rules (`left right`), from whichever files the folder has. */
interface Tables {
  readonly vocabulary: Map<string, number>
  readonly merges: readonly string[]
  readonly added: readonly AddedToken[]
  /** What `tokenizer.json` says it pads with. */
  readonly padding?: string
}

async function readTables(files: ModelFiles, folder: string, present: ReadonlySet<string>): Promise<Tables> {
  if (present.has(`${folder}/vocab.json`)) {
    if (!present.has(`${folder}/merges.txt`)) throw fileMissing(files.name, `${folder}/merges.txt`)
    const [vocabulary, merges] = await Promise.all([
      readJson(files, `${folder}/vocab.json`, vocabularySchema),
      readText(files, `${folder}/merges.txt`),
    ])
    const lines = merges.split(/\r?\n/).filter((line, i) => line !== '' && !(i === 0 && line.startsWith('#version')))
    return { vocabulary: new Map(Object.entries(vocabulary)), merges: lines, added: [] }
  }
  if (present.has(`${folder}/tokenizer.json`)) {
    const { model, added_tokens, padding } = await readJson(files, `${folder}/tokenizer.json`, fastSchema)
    const merges = model.merges.map((rule) => (typeof rule === 'string' ? rule : rule.join(' ')))
    return {
      vocabulary: new Map(Object.entries(model.vocab)),
      merges,
      added: added_tokens,
      ...(padding ? { padding: padding.pad_token } : {}),
    }
  }
  throw fileMissing(files.name, `${folder}/vocab.json`, `Nor has it ${folder}/tokenizer.json. Export the model again.`)
}

/**
 * Reads a CLIP tokenizer folder (`vocab.json` and `merges.txt`, or `tokenizer.json`; `tokenizer_config.json`).
 *
 * Without configs the special tokens are CLIP's, and so is the padding where the vocabulary is known: another padding gives
 * other embeddings, so it is never guessed.
 *
 * @param maxLength the text encoder's `max_position_embeddings`
 * @param width of the text encoder's embeddings, by which CLIP's tokenizers differ
 * @throws `model-file-missing`; `tokenizer-malformed` naming the file
 */
export async function readTokenizer(
  files: ModelFiles,
  folder: string,
  maxLength: number,
  width?: number,
): Promise<Tokenizer> {
  try {
    return await read(files, folder, maxLength, width)
  } catch (error) {
    if (!NegError.isInstance(error) || error.code !== 'model-file-malformed') throw error
    throw new NegError('tokenizer-malformed', error.message, { cause: error, where: error.where })
  }
}

async function read(files: ModelFiles, folder: string, maxLength: number, width?: number): Promise<Tokenizer> {
  const present = new Set(await files.list())
  const configPath = `${folder}/tokenizer_config.json`
  const mapPath = `${folder}/special_tokens_map.json`
  const [tables, config, map] = await Promise.all([
    readTables(files, folder, present),
    present.has(configPath) ? readJson(files, configPath, configSchema) : configSchema.parse({}),
    present.has(mapPath) ? readJson(files, mapPath, configSchema) : configSchema.parse({}),
  ])
  const malformed = (path: string, why: string) =>
    new NegError('tokenizer-malformed', `${path} of ${files.name}: ${why}`, { where: path })
  if (config.tokenizer_class !== undefined && !config.tokenizer_class.startsWith('CLIP')) {
    throw new NegError(
      'model-unsupported',
      `The tokenizer of ${files.name}/${folder} is a ${config.tokenizer_class}; CLIP tokenizers are supported.`,
      { where: configPath },
    )
  }

  const ranks = new Map<string, number>()
  tables.merges.forEach((rule, rank) => {
    if (!/^\S+ \S+$/.test(rule)) {
      throw malformed(`${folder}/merges.txt`, `rule ${rank + 1} is '${rule.slice(0, 40)}'; it should be two symbols.`)
    }
    ranks.set(rule, rank)
  })

  const { vocabulary } = tables
  const addedTokens = new Map<string, AddedToken>(tables.added.map((token) => [token.content, token]))
  for (const [id, { content, normalized }] of Object.entries(config.added_tokens_decoder ?? {})) {
    if (!/^\d+$/.test(id)) throw malformed(configPath, `added_tokens_decoder has the key '${id}'; it should be an id.`)
    addedTokens.set(content, { content, id: Number(id), normalized })
  }
  const idOf = (content: string, role: string): number => {
    const id = addedTokens.get(content)?.id ?? vocabulary.get(content)
    if (id !== undefined) return id
    throw malformed(`${folder}/vocab.json`, `${role} is '${content}', which is not in the vocabulary.`)
  }
  const named = (role: 'bos_token' | 'eos_token' | 'pad_token' | 'unk_token', fallback: string) => {
    const content = config[role] ?? map[role] ?? fallback
    const id = idOf(content, role)
    if (!addedTokens.has(content)) addedTokens.set(content, { content, id, normalized: false })
    return id
  }
  // transformers' default where configs are there and name none.
  const configured = present.has(configPath) || present.has(mapPath)
  const bos = named('bos_token', '<|startoftext|>')
  const eos = named('eos_token', '<|endoftext|>')
  const padding = tables.padding ?? (configured ? '<|endoftext|>' : knownPadding(vocabulary, width))
  if (padding === undefined) {
    throw fileMissing(
      files.name,
      configPath,
      `Nor has it ${mapPath}: what it pads prompts with is not known, and another padding draws another picture. Export the model again.`,
    )
  }
  const pad = named('pad_token', padding)
  const unknown = named('unk_token', '<|endoftext|>')
  const limit = Math.min(config.model_max_length ?? maxLength, maxLength)
  if (!Number.isInteger(limit) || limit < 3) {
    throw malformed(configPath, `model_max_length is ${limit}; it should be a whole number of at least 3.`)
  }
  return clipTokenizer({ vocabulary, ranks, added: [...addedTokens.values()], bos, eos, pad, unknown, limit })
}

import { fileDigest, foldDigests } from '../files/digest'
import type { ModelFiles } from '../files/model-files'
import type { SessionFactory } from '../session/session'

/** The networks that a model is made of; a folder may hold others (a safety checker), which change nothing. */
const networks = new Set([
  'text_encoder',
  'text_encoder_2',
  'unet',
  'vae_decoder',
  'vae_encoder',
  'latent_classifier',
  'image_classifier',
])

const folders = new Set([...networks, 'vae', 'tokenizer', 'tokenizer_2', 'scheduler'])

const configs = /^(?:config|scheduler_config|vocab|tokenizer|tokenizer_config|special_tokens_map)\.json$|^merges\.txt$/

function decides(path: string): boolean {
  const [folder, file, ...deeper] = path.split('/')
  if (file === undefined) return path === 'model_index.json'
  return folders.has(folder) && configs.test(file) && deeper.length === 0
}

/** SHA-256 over the names and contents of the files that decide what a model does: configs, and networks as this dtype has them. */
export async function modelDigest(files: ModelFiles, sessions: SessionFactory): Promise<string> {
  const small = (await files.list()).filter(decides)
  const digests = await Promise.all([
    ...small.map(async (path) => [[path, await fileDigest(files, path)] as const]),
    ...sessions.parts.filter((part) => networks.has(part)).map((part) => sessions.digests(part)),
  ])
  return foldDigests(digests.flat())
}

import { NegError } from '@neg/core'
import { dtypeSuffix, isModelConfig, type LayoutOptions, networkNames } from '@neg/onnx/internal'
import * as z from 'zod'
import { ask, type FetchPurpose, fetchFile, isPage } from './fetch-file'
import type { ModelFileUrl } from './model-source'

type Listing = Readonly<Record<string, ModelFileUrl>>

/** The file of a folder that lists its digests, as `sha256sum` writes it. */
const sums = 'SHA256SUMS'

const tree = z.array(
  z.looseObject({
    type: z.string(),
    path: z.string(),
    size: z.number(),
    lfs: z.looseObject({ oid: z.string() }).nullish(),
  }),
)

/** A model on the Hugging Face Hub, or a mirror of it: its API names every file, with the digests of large ones. */
async function listHub(base: string, purpose: FetchPurpose, signal?: AbortSignal): Promise<Listing | undefined> {
  const { host, origin, pathname } = new URL(base)
  const match = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.*)$/.exec(pathname)
  if (!match) return undefined
  const [, id, revision, folder] = match
  const list = `${origin}/api/models/${id}/tree/${revision}/${folder}?recursive=true`
  const response = await fetchFile(list, purpose, { signal }).catch((error) => {
    signal?.throwIfAborted()
    if (host === 'huggingface.co') throw error
    return undefined // no mirror of the Hub, but a host with folders of such names
  })
  if (!response) return undefined
  const listed = tree.safeParse(await response.json().catch(() => undefined))
  if (!listed.success) {
    if (host !== 'huggingface.co') return undefined
    throw new NegError('download-failed', `${host} does not answer as a Hugging Face Hub does for ${id}.`, {
      cause: listed.error,
    })
  }
  const entries = listed.data.filter(({ type }) => type === 'file')
  return Object.fromEntries(
    entries.map(({ path, size, lfs }) => {
      const inside = path.slice(folder.length)
      return [inside, { url: base + inside, size, ...(lfs ? { sha256: lfs.oid } : {}) }]
    }),
  )
}

/** A folder with a list of its digests. */
async function listSums(base: string, signal?: AbortSignal): Promise<Listing | undefined> {
  const response = await ask(base + sums, {}, { signal }).catch(() => undefined)
  signal?.throwIfAborted()
  if (!response?.ok || isPage(response, sums)) {
    await response?.body?.cancel()
    return undefined
  }
  const lines = [...(await response.text()).matchAll(/^([0-9a-f]{64}) [ *](?:\.\/)?(.+)$/gm)]
  return Object.fromEntries(lines.map(([, sha256, path]) => [path, { url: base + path, sha256 }]))
}

const index = z.record(z.string(), z.unknown())

/** Files that a part of a pipeline may have. */
function candidates(part: string, variants: readonly string[]): string[] {
  const networks = (name: string) =>
    ['config.json', ...variants.map((v) => `model${v}.onnx`)].map((f) => `${name}/${f}`)
  if (part.startsWith('tokenizer')) {
    return ['tokenizer.json', 'vocab.json', 'merges.txt', 'tokenizer_config.json', 'special_tokens_map.json'].map(
      (file) => `${part}/${file}`,
    )
  }
  if (part === 'scheduler') return ['scheduler/scheduler_config.json']
  if (part === 'vae') return ['vae/config.json', ...networks('vae_decoder'), ...networks('vae_encoder')]
  return networks(part)
}

/** Parts that a folder's `model_index.json` names; undefined where it has none. */
async function indexOf(at: string, purpose: FetchPurpose, signal?: AbortSignal): Promise<string[] | undefined> {
  const response = await fetchFile(`${at}model_index.json`, { ...purpose, path: 'model_index.json' }, { signal }).catch(
    (error) => {
      if (NegError.isInstance(error) && error.code === 'download-not-found') return undefined
      throw error
    },
  )
  if (!response) return undefined
  try {
    const parts = index.parse(await response.json())
    return Object.entries(parts).flatMap(([part, value]) => (Array.isArray(value) && value[0] !== null ? [part] : []))
  } catch (cause) {
    signal?.throwIfAborted()
    throw new NegError('model-file-malformed', `model_index.json of ${purpose.model} is not a JSON object: ${cause}.`, {
      cause,
      where: 'model_index.json',
    })
  }
}

/** Configs and tokenizers that a folder without an index may have. */
const anyConfigs = [
  ...networkNames.map((part) => `${part}/config.json`),
  ...['tokenizer', 'tokenizer_2', 'tokenizer_3', 'scheduler', 'vae'].flatMap((part) => candidates(part, [])),
].filter(isModelConfig)

/**
 * A folder on a plain static host: asked for each file that its `model_index.json` implies, in it or in its subfolder, and for each that
 * `files` names.
 */
async function probe(
  base: string,
  purpose: FetchPurpose,
  dtypes: readonly string[],
  { subfolder, files = {} }: LayoutOptions,
  signal?: AbortSignal,
): Promise<Listing> {
  const variants = [...new Set(['', ...dtypes.map(dtypeSuffix)])]
  const below = `${subfolder ?? 'onnx'}/`
  const parts = (await indexOf(base, purpose, signal)) ?? (await indexOf(base + below, purpose, signal))
  const named = Object.values(files).flatMap((path) => [path, `${path}_data`, `${path}.data`])
  if (!parts && named.length === 0) {
    throw new NegError(
      'download-not-found',
      `${purpose.model} has no model_index.json at ${base}, and its host does not list files. Check the address; of a folder ` +
        'that is laid out otherwise say what is where: files (a path for each network), subfolder, configs (the folder of ' +
        'the model it was made of).',
      { where: 'model_index.json' },
    )
  }
  const implied = parts
    ? [...parts, 'latent_classifier', 'image_classifier'].flatMap((part) => candidates(part, variants))
    : anyConfigs
  const paths = ['model_index.json', 'neg.json', ...named, ...implied]
  const found = await there(base, paths, signal)
  // Configs and graphs may lie in a folder each.
  const elsewhere = subfolder !== undefined || !Object.keys(found).some((path) => path.endsWith('.onnx'))
  const more = elsewhere
    ? await there(
        base,
        paths.map((path) => below + path),
        signal,
      )
    : {}
  return { ...found, ...more }
}

/** Which of some paths there are, with sizes where the host tells. */
async function there(base: string, paths: readonly string[], signal?: AbortSignal): Promise<Listing> {
  const found = await Promise.all(
    [...new Set(paths)].map(async (path): Promise<[string, ModelFileUrl][]> => {
      const answer = await ask(base + path, { method: 'HEAD' }, { signal }).catch(() => undefined)
      signal?.throwIfAborted()
      if (!answer?.ok || isPage(answer, path)) return []
      const length = answer.headers.get('content-length')
      const size = length !== null && !answer.headers.has('content-encoding') ? { size: Number(length) } : {}
      return [[path, { url: base + path, ...size }]]
    }),
  )
  return Object.fromEntries(found.flat())
}

/**
 * The files of a folder at an address. In this order: the Hub's list; the folder's `SHA256SUMS`; asking for every file
 * that `model_index.json` implies, or `layout` names.
 * @param dtypes Which variants of the networks to look for beside the plain ones.
 * @throws what `fetchFile` throws
 */
export async function listFolder(
  base: string,
  name: string,
  dtypes: readonly string[],
  layout: LayoutOptions = {},
  signal?: AbortSignal,
): Promise<Listing> {
  const purpose = { model: name, path: 'model_index.json' }
  const listing = (await listHub(base, purpose, signal)) ?? (await listSums(base, signal))
  return listing ?? probe(base, purpose, dtypes, layout, signal)
}

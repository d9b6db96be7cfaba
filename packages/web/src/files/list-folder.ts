import { NegError } from '@neg/core'
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

/** A model on the Hugging Face Hub: its API names every file, with the digests of large ones. */
async function listHub(base: string, purpose: FetchPurpose, signal?: AbortSignal): Promise<Listing | undefined> {
  const { host, origin, pathname } = new URL(base)
  const match = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.*)$/.exec(pathname)
  if (host !== 'huggingface.co' || !match) return undefined
  const [, id, revision, folder] = match
  const response = await fetchFile(`${origin}/api/models/${id}/tree/${revision}/${folder}?recursive=true`, purpose, {
    signal,
  })
  const entries = tree.parse(await response.json()).filter(({ type }) => type === 'file')
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
const suffixes: Readonly<Record<string, string>> = { q8: '_quantized', fp32: '' }

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

/** A folder on a plain static host: asked for each file that its `model_index.json` implies. */
async function probe(
  base: string,
  purpose: FetchPurpose,
  dtypes: readonly string[],
  signal?: AbortSignal,
): Promise<Listing> {
  const response = await fetchFile(`${base}model_index.json`, { ...purpose, path: 'model_index.json' }, { signal })
  let parts: Record<string, unknown>
  try {
    parts = index.parse(await response.json())
  } catch (cause) {
    throw new NegError('model-file-malformed', `model_index.json of ${purpose.model} is not a JSON object: ${cause}.`, {
      cause,
      where: 'model_index.json',
    })
  }
  const present = Object.entries(parts).filter(([, value]) => Array.isArray(value) && value[0] !== null)
  const variants = [...new Set(['', ...dtypes.map((dtype) => suffixes[dtype] ?? `_${dtype}`)])]
  const paths = [
    'model_index.json',
    'neg.json',
    ...[...present.map(([part]) => part), 'latent_classifier', 'image_classifier'].flatMap((p) =>
      candidates(p, variants),
    ),
  ]
  const found = await Promise.all(
    paths.map(async (path): Promise<[string, ModelFileUrl][]> => {
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
 * that `model_index.json` implies.
 * @param dtypes Which variants of the networks to look for beside the plain ones.
 * @throws what `fetchFile` throws
 */
export async function listFolder(
  base: string,
  name: string,
  dtypes: readonly string[],
  signal?: AbortSignal,
): Promise<Listing> {
  const purpose = { model: name, path: 'model_index.json' }
  const listing = (await listHub(base, purpose, signal)) ?? (await listSums(base, signal))
  return listing ?? probe(base, purpose, dtypes, signal)
}

import { stat } from 'node:fs/promises'
import { NegError } from '@neg/core'
import { linkedAbort } from '@neg/core/internal'
import type { Dtype, ProgressCallback } from '@neg/onnx'
import { externalFiles, isModelConfig, layoutOf, modelFileList } from '@neg/onnx/internal'
import { folderFiles } from '../files/folder-files'
import { type RepositoryCache, repositoryCache } from './cache-layout'
import { downloadFile } from './download-file'
import { type HubFile, hubFile, hubListing } from './hub-listing'
import { type HubSettings, hubSettings } from './hub-settings'
import { progressTeller } from './progress'

/** Options of a model that comes from the Hugging Face Hub; revisions and events are transformers.js'. */
export interface HubOptions {
  /** Branch, tag or commit. Default `main`. */
  readonly revision?: string
  /** Default: HF_HUB_CACHE, HF_HOME/hub, or ~/.cache/huggingface/hub. */
  readonly cacheDir?: string
  /** Ask nobody; take what is in the cache. Default: HF_HUB_OFFLINE. */
  readonly localFilesOnly?: boolean
  readonly onProgress?: ProgressCallback
  readonly dtype?: Dtype
  /** Where in the repository the model lies, and which of its files are networks; as `node` has them. */
  readonly subfolder?: string
  readonly files?: Readonly<Record<string, string>>
  /** Only configs, tokenizers and scheduler are fetched. */
  readonly configsOnly?: boolean
  readonly signal?: AbortSignal
}

/** Files that are fetched at a time. */
const lanes = 4

/** Whether a text can be a Hub id: `org/name`. */
export const isHubId = (text: string): boolean => /^[A-Za-z0-9][\w.-]*\/[A-Za-z0-9][\w.-]*$/.test(text)

function checkRevision(revision: string): void {
  if (/^[\w.][\w./-]*$/.test(revision) && !revision.includes('..')) return
  throw new NegError('option-invalid', `revision is '${revision}'; expected is a branch, a tag or a commit.`, {
    where: 'revision',
  })
}

/** The snapshot in the cache; undefined where there is none that was begun. */
async function cached(cache: RepositoryCache, revision: string): Promise<string | undefined> {
  const commit = await cache.commitOf(revision)
  if (commit === undefined) return undefined
  const folder = cache.snapshot(commit)
  return (await stat(folder).catch(() => undefined)) ? folder : undefined
}

/** Runs jobs, a few at a time; the first failure stops the rest, and is thrown once they have stopped. */
async function inLanes(
  jobs: readonly ((signal: AbortSignal) => Promise<void>)[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const queue = [...jobs]
  const { controller, unlink } = linkedAbort(signal)
  const lane = async () => {
    for (let job = queue.shift(); job; job = queue.shift()) await job(controller.signal)
  }
  const stop = (error: unknown) => {
    queue.length = 0
    controller.abort(error)
    throw error
  }
  await Promise.allSettled(Array.from({ length: lanes }, () => lane().catch(stop)))
  unlink()
  controller.signal.throwIfAborted()
}

async function download(
  id: string,
  revision: string,
  cache: RepositoryCache,
  settings: HubSettings,
  options: HubOptions,
): Promise<string> {
  const { dtype, signal } = options
  const { commit, files } = await hubListing(id, revision, settings, signal)
  const known = new Map(files.map((file) => [file.path, file]))
  const layout = layoutOf(id, [...known.keys()], options)
  const present = [...layout.keys()]
  const wanted = options.configsOnly
    ? { configs: present.filter(isModelConfig), graphs: [] }
    : modelFileList(id, present, dtype)
  const [configs, graphs] = [wanted.configs, wanted.graphs].map((paths) =>
    paths.map((path) => layout.get(path) ?? path),
  )
  const sizes = new Map<string, number>()
  const teller = progressTeller(id, sizes, options.onProgress)
  const folder = cache.snapshot(commit)

  const urlOf = (path: string) =>
    `${settings.endpoint}/${id}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`
  const fetchOne = async (file: HubFile, signal: AbortSignal): Promise<void> => {
    const { path, etag } = file
    const asked = { id, revision, file: path }
    const url = urlOf(path)
    let begun = false
    const started = () => {
      if (!begun) teller.download(path)
      begun = true
    }
    teller.initiate(path)
    const progress = (loaded: number) => teller.progress(path, loaded)
    await downloadFile({ file, url, blob: cache.blob(etag), asked, settings, signal, started, progress })
    await cache.link(commit, path, etag)
    teller.done(path)
  }
  const fetchAll = async (paths: readonly string[]): Promise<void> => {
    const listed = paths.flatMap((path) => known.get(path) ?? [])
    const wanted: HubFile[] = []
    await inLanes(
      listed.map((file, i) => async (signal) => {
        wanted[i] = await hubFile(file, urlOf(file.path), { id, revision, file: file.path }, settings, signal)
      }),
      signal,
    )
    for (const { path, size } of wanted) sizes.set(path, size)
    await inLanes(
      wanted.map((file) => (signal) => fetchOne(file, signal)),
      signal,
    )
  }

  await fetchAll([...configs, ...graphs])
  // Which files hold the rest of the weights, the graphs tell.
  const local = await folderFiles(folder, id)
  const external = await Promise.all(graphs.map((graph) => externalFiles(local, graph)))
  await fetchAll(external.flat())
  await cache.remember(revision, commit)
  teller.ready()
  return folder
}

/**
 * A model of the Hugging Face Hub as a folder on disk: what its ONNX pipeline needs is downloaded once, into the cache
 * that Hugging Face's tools share. Where the Hub can't be reached, what is in the cache serves.
 *
 * Environment: HF_TOKEN, HF_HOME, HF_HUB_CACHE, HF_ENDPOINT, HF_HUB_OFFLINE, HF_HUB_DOWNLOAD_TIMEOUT.
 *
 * @returns the snapshot's folder
 * @throws `download-offline`, `download-failed`, `download-not-found`, `download-unauthorized`, `download-corrupt`,
 *   `write-failed`, `model-file-missing`, `option-invalid`
 */
export async function hubModel(
  id: string,
  options: HubOptions = {},
  settings: HubSettings = hubSettings(options),
): Promise<string> {
  const { revision = 'main' } = options
  checkRevision(revision)
  const cache = repositoryCache(settings.cache, id)
  if (settings.offline) {
    const folder = await cached(cache, revision)
    if (folder !== undefined) return folder
    throw new NegError(
      'download-offline',
      `${id}${revision === 'main' ? '' : ` at ${revision}`} is not in the cache ${settings.cache}, and nothing may be ` +
        'downloaded (localFilesOnly or HF_HUB_OFFLINE).',
      { where: id },
    )
  }
  try {
    return await download(id, revision, cache, settings, options)
  } catch (error) {
    if (!NegError.isInstance(error) || error.code !== 'download-failed') throw error
    const folder = await cached(cache, revision)
    if (folder !== undefined) return folder
    throw error
  }
}

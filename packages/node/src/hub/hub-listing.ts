import { NegError } from '@neg/core'
import * as z from 'zod'
import { type Asked, refuse } from './hub-error'
import { hubRequest } from './hub-request'
import type { HubSettings } from './hub-settings'
import { retry } from './retry'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const sha1 = z.string().regex(/^[0-9a-f]{40}$/)

const schema = z.looseObject({
  sha: sha1,
  siblings: z.array(
    z.looseObject({
      rfilename: z.string().min(1),
      size: z.number().int().nonnegative().optional(),
      blobId: sha1.optional(),
      lfs: z.looseObject({ sha256, size: z.number().int().nonnegative() }).nullish(),
    }),
  ),
})

/** A file of a listing; what a listing leaves out, `hubFile` asks for. */
export interface ListedFile {
  readonly path: string
  readonly size?: number
  readonly etag?: string
}

/** A file of a repository: its content is known by its digest. */
export interface HubFile {
  readonly path: string
  readonly size: number
  /** SHA-256 of large files; for the others git's blob id, SHA-1 over "blob SIZE\0" and the content. Names the blob in the cache. */
  readonly etag: string
}

export interface HubListing {
  /** The commit that the revision stands for. */
  readonly commit: string
  readonly files: readonly ListedFile[]
}

/**
 * What a model repository holds at a revision.
 * @throws `download-not-found`, `download-unauthorized`, `download-failed`
 */
export async function hubListing(
  id: string,
  revision: string,
  settings: HubSettings,
  signal?: AbortSignal,
): Promise<HubListing> {
  const url = `${settings.endpoint}/api/models/${id}/revision/${encodeURIComponent(revision)}?blobs=true`
  const body = await retry(`The list of ${id}'s files`, settings, signal, async () => {
    const response = await hubRequest(url, settings, { accept: 'application/json' }, signal)
    return response.status === 200 ? response.text() : refuse(response, { id, revision }, settings)
  })
  let data: unknown
  try {
    data = JSON.parse(body)
  } catch {
    data = undefined
  }
  const parsed = schema.safeParse(data)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new NegError(
      'download-failed',
      `${settings.endpoint} does not answer as a Hugging Face Hub does (${[...issue.path, issue.message].join(': ')}).`,
    )
  }
  const { sha, siblings } = parsed.data
  return {
    commit: sha,
    files: siblings.flatMap(({ rfilename: path, size, blobId, lfs }) => {
      return isPlain(path) ? [{ path, size: lfs?.size ?? size, etag: lfs?.sha256 ?? blobId }] : []
    }),
  }
}

/**
 * A file with its size and digest, asked for by HEAD where the listing (a mirror's) does not tell them. An etag that is no
 * digest leaves the size alone to be checked.
 * @throws `download-not-found`, `download-unauthorized`, `download-failed`
 */
export async function hubFile(
  { path, size, etag }: ListedFile,
  url: string,
  asked: Asked,
  settings: HubSettings,
  signal?: AbortSignal,
): Promise<HubFile> {
  if (size !== undefined && etag !== undefined) return { path, size, etag }
  const headers = await retry(path, settings, signal, async () => {
    const response = await hubRequest(url, settings, {}, signal, 'HEAD')
    await response.text()
    return response.status < 400 ? response.headers : refuse(response, asked, settings)
  })
  const name = (headers.get('x-linked-etag') ?? headers.get('etag') ?? '').replace(/^W\/|"/g, '')
  const bytes = Number(headers.get('x-linked-size') ?? headers.get('content-length') ?? Number.NaN)
  if (!/^[\w.-]+$/.test(name) || !Number.isInteger(bytes)) {
    throw new NegError('download-failed', `${settings.endpoint} tells no size or etag of ${path}.`, { where: path })
  }
  return { path, size: bytes, etag: name }
}

/** Whether a path stays inside the folder it is relative to. */
const isPlain = (path: string): boolean => !/(^|\/)\.\.?(\/|$)|^\/|\\|:/.test(path)

import { NegError } from '@neg/core'
import * as z from 'zod'
import { refuse } from './hub-error'
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
  readonly files: readonly HubFile[]
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
      const etag = lfs?.sha256 ?? blobId
      const bytes = lfs?.size ?? size
      return etag === undefined || bytes === undefined || !isPlain(path) ? [] : [{ path, size: bytes, etag }]
    }),
  }
}

/** Whether a path stays inside the folder it is relative to. */
const isPlain = (path: string): boolean => !/(^|\/)\.\.?(\/|$)|^\/|\\|:/.test(path)

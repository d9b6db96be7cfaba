import { randomUUID } from 'node:crypto'
import { copyFile, readFile, readlink, rename, stat, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { NegError } from '@neg/core'
import { makeFolder } from '../files/make-folder'
import { writeFileAtomic } from '../image/write-file-atomic'

/**
 * A repository's place in the cache that all Hugging Face tools share: `blobs/` by digest, `refs/` from revision to
 * commit, `snapshots/COMMIT/` with links to the blobs.
 */
export interface RepositoryCache {
  readonly root: string
  blob(etag: string): string
  snapshot(commit: string): string
  /** The commit that a revision stood for when it was last asked for; a commit stands for itself. */
  commitOf(revision: string): Promise<string | undefined>
  remember(revision: string, commit: string): Promise<void>
  /** Puts a blob into a snapshot under its path. */
  link(commit: string, path: string, etag: string): Promise<void>
}

const isCommit = (revision: string): boolean => /^[0-9a-f]{40}$/.test(revision)

export function repositoryCache(cache: string, id: string): RepositoryCache {
  const root = join(cache, `models--${id.replaceAll('/', '--')}`)
  const blob = (etag: string) => join(root, 'blobs', etag)
  const snapshot = (commit: string) => join(root, 'snapshots', commit)
  return {
    root,
    blob,
    snapshot,
    async commitOf(revision) {
      if (isCommit(revision)) return revision
      const text = await readFile(join(root, 'refs', ...revision.split('/')), 'utf8').catch(() => '')
      return isCommit(text.trim()) ? text.trim() : undefined
    },
    async remember(revision, commit) {
      if (isCommit(revision)) return
      const path = join(root, 'refs', ...revision.split('/'))
      await makeFolder(dirname(path))
      await writeFileAtomic(path, commit)
    },
    async link(commit, path, etag) {
      const at = join(snapshot(commit), path)
      const target = relative(dirname(at), blob(etag))
      if ((await readlink(at).catch(() => undefined)) === target && (await stat(at).catch(() => undefined))) return
      try {
        await makeFolder(dirname(at))
        const temporary = `${at}.${randomUUID()}.tmp`
        // Windows gives links to few; then the file is there twice.
        await symlink(target, temporary).catch(() => copyFile(blob(etag), temporary))
        await rename(temporary, at)
      } catch (cause) {
        throw new NegError('write-failed', `${at} can't be written: ${(cause as Error).message}.`, { cause, where: at })
      }
    },
  }
}

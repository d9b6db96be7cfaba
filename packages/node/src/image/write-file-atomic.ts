import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { NegError } from '@neg/core'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
}

/**
 * Writes a file whole or not at all: to a temporary file beside it, which then takes its name. A reader sees the old
 * content or the new one; a failure leaves nothing behind.
 * @throws `write-failed`
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomUUID()}.tmp`)
  try {
    const handle = await open(temporary, 'wx')
    try {
      await handle.writeFile(content)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    const { code, message } = cause as NodeJS.ErrnoException
    throw new NegError('write-failed', `${path} can't be written: ${reasons[code ?? ''] ?? message}.`, {
      cause,
      where: path,
    })
  }
}

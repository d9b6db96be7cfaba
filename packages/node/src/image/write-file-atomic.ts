import { randomUUID } from 'node:crypto'
import { constants, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { NegError } from '@neg/core'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of its path is a file',
  EPIPE: 'its reader has gone',
  ENXIO: 'nobody reads from it',
  ELOOP: 'its links lead in a circle',
}

/**
 * Writes a file whole or not at all: to a temporary file beside it, which then takes its name. A reader sees the old
 * content or the new one; a failure leaves nothing behind. A link stays, and what it leads to is written. What is no file
 * can't be replaced: a character device (`/dev/stdout` of a terminal) or a pipe is written to as it is, all else is refused.
 * @throws `write-failed`
 */
export async function writeFileAtomic(path: string, content: Uint8Array | string): Promise<void> {
  try {
    await write(path, content)
  } catch (cause) {
    if (NegError.isInstance(cause)) throw cause
    const { code, message } = cause as NodeJS.ErrnoException
    throw new NegError('write-failed', `${path} can't be written: ${reasons[code ?? ''] ?? message}.`, {
      cause,
      where: path,
    })
  }
}

async function write(path: string, content: Uint8Array | string): Promise<void> {
  const there = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (there?.isFile()) return replace(await realpath(path), content)
  if (there?.isCharacterDevice() || there?.isFIFO()) return writeAsIs(path, there.isFIFO(), content)
  if (there && !there.isDirectory()) {
    const kind = there.isSocket() ? 'a socket' : 'a block device'
    throw new NegError('write-failed', `${path} can't be written: it is ${kind}, not a file.`, { where: path })
  }
  // A link that leads nowhere yet: the file is made where it leads.
  const link = there ? undefined : await readlink(path).catch(() => undefined)
  return link === undefined ? replace(path, content) : write(resolve(dirname(path), link), content)
}

/** Devices and pipes have no content that could be replaced. */
async function writeAsIs(path: string, pipe: boolean, content: Uint8Array | string): Promise<void> {
  // Opening a pipe that nobody reads from would wait forever; without waiting, it fails. It stays open meanwhile: a reader
  // whose last writer goes takes that for the end.
  const reader = pipe ? await open(path, constants.O_WRONLY | constants.O_NONBLOCK) : undefined
  try {
    const handle = await open(path, constants.O_WRONLY)
    try {
      await handle.writeFile(content)
    } finally {
      await handle.close()
    }
  } finally {
    await reader?.close()
  }
}

async function replace(path: string, content: Uint8Array | string): Promise<void> {
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
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}

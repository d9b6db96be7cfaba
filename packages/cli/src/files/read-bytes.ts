import { readFile } from 'node:fs/promises'
import { NegError } from '@neg/core'

/** A file's bytes. @throws `read-failed` */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : code
    throw new NegError('read-failed', `${file} cannot be read: ${why}.`, { where: file, cause: error })
  }
}

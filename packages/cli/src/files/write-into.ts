import { join } from 'node:path'
import { NegError } from '@neg/core'
import { makeFolder, writeFileAtomic } from '@neg/node/internal'

/** Writes a file of a folder whole or not at all, making the folder; says where. @throws `write-failed` */
export async function writeInto(folder: string, name: string, content: Uint8Array | string): Promise<string> {
  const file = join(folder, name)
  try {
    await makeFolder(folder)
  } catch (error) {
    throw new NegError('write-failed', `The folder ${folder} cannot be made: ${(error as Error).message}.`, {
      where: folder,
      cause: error,
    })
  }
  await writeFileAtomic(file, content)
  return file
}

import { NegError } from '@neg/core'
import type { ModelUrls } from './model-source'

/** How deep a model's files lie at most below the folder that was chosen. */
const deepest = 4

async function* filesBelow(folder: FileSystemDirectoryHandle, path = '', depth = 1): AsyncGenerator<[string, File]> {
  for await (const entry of folder.values()) {
    if (entry.name.startsWith('.')) continue
    if (entry.kind === 'file') yield [path + entry.name, await (entry as FileSystemFileHandle).getFile()]
    else if (depth < deepest) {
      yield* filesBelow(entry as FileSystemDirectoryHandle, `${path}${entry.name}/`, depth + 1)
    }
  }
}

/**
 * A model folder that somebody chose or dropped on the page, for `web({ model })`: the files of an `<input type="file" webkitdirectory>`,
 * or a folder's handle (`showDirectoryPicker()`, `DataTransferItem.getAsFileSystemHandle()`). Files are read where they lie.
 *
 * @throws `model-missing` for files without a folder
 */
export async function chosenFolder(chosen: Iterable<File> | FileSystemDirectoryHandle): Promise<ModelUrls> {
  if (!(Symbol.iterator in chosen)) {
    const files: Record<string, File> = {}
    for await (const [path, file] of filesBelow(chosen)) files[path] = file
    return { name: chosen.name, files }
  }
  const all = [...chosen]
  const [name = ''] = all[0]?.webkitRelativePath?.split('/') ?? []
  if (name === '') {
    throw new NegError(
      'model-missing',
      'No folder was chosen: expected are its files with their paths (webkitRelativePath).',
      {
        where: 'model',
      },
    )
  }
  return { name, files: Object.fromEntries(all.map((file) => [file.webkitRelativePath.slice(name.length + 1), file])) }
}

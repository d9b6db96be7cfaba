import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/** Whether a folder is there. @throws where something else is */
async function isThere(path: string): Promise<boolean> {
  try {
    if ((await stat(path)).isDirectory()) return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
    throw error
  }
  throw Object.assign(new Error(`${path} is no folder`), { code: 'ENOTDIR', path })
}

/**
 * Makes a folder and those above it, one level at a time: Node's own recursive `mkdir` never ends where a level cannot be
 * made though the one above it is there (below /proc).
 * @throws the system's error
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = []
  for (let at = resolve(path); !(await isThere(at)); at = dirname(at)) missing.push(at)
  for (const folder of missing.reverse()) {
    try {
      await mkdir(folder)
    } catch (error) {
      // Somebody else may have made it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST' || !(await isThere(folder))) throw error
    }
  }
}

import { resolve } from 'node:path'
import { NegError } from '@neg/core'

const name = '@neg/portraits'

const installed = async (): Promise<string> => ((await import('@neg/portraits')) as { default: string }).default

/** The folder of `@neg/portraits`, where it is installed. @throws `model-missing` */
export async function embeddedModel(): Promise<{ folder: string; name: string }> {
  try {
    return { folder: await installed(), name }
  } catch (cause) {
    throw new NegError(
      'model-missing',
      'No model was given, and the embedded one is not installed: pass { model: folder }, or npm install @neg/portraits.',
      { cause, where: 'model' },
    )
  }
}

/** A folder by its own name; the embedded model's folder by the embedded model's. */
export async function namedFolder(folder: string): Promise<{ folder: string; name?: string }> {
  const embedded = await installed().catch(() => undefined)
  return embedded !== undefined && resolve(folder) === resolve(embedded) ? { folder, name } : { folder }
}

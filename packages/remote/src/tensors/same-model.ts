import { type ModelInfo, NegError, type RunWarning } from '@neg/core'
import type { ModelFiles, SessionFactory } from '@neg/onnx'
import { configDigests, denoiserParts } from '@neg/onnx/internal'
import type { OwnerModel } from '../wire/metadata'
import type { FolderGraphs } from './folder-graphs'
import type { RemoteSessions } from './remote-sessions'

/** What comparing a local folder with the models that its remote parts belong to has found. */
export interface ModelComparison {
  readonly warnings: readonly RunWarning[]
  /** The model's name in records: also whose networks they are, where that is another model. */
  readonly id: string
}

/**
 * Compares the local folder with the models that the servers say their networks belong to, file by file, where both have
 * a file. Only neg's own server says it.
 * @throws `model-mismatch` where the networks predict something else than the folder's scheduler reads
 */
export async function compareModels(
  files: ModelFiles,
  graphs: FolderGraphs,
  sessions: RemoteSessions,
  local: SessionFactory | undefined,
  { id, scheduler }: Pick<ModelInfo, 'id' | 'scheduler'>,
): Promise<ModelComparison> {
  const owners = new Map<string, { owner: OwnerModel; url: string; parts: string[] }>()
  for (const [part, { server, metadata }] of sessions.remote) {
    const owner = metadata.parameters?.model
    if (!owner) continue
    checkPrediction(owner, part, server.url, id, scheduler)
    const key = `${server.url} ${owner.id}`
    const known = owners.get(key)
    if (known) known.parts.push(part)
    else owners.set(key, { owner, url: server.url, parts: [part] })
  }
  const here = [...sessions.parts].filter((part) => !sessions.remote.has(part as never))
  const own = async (part: string) =>
    here.includes(part) && local ? Object.fromEntries(await local.digests(part)) : graphs.digests(part)
  const warnings: RunWarning[] = []
  const others: string[] = []
  if (owners.size > 0) {
    const digests = await Promise.all(sessions.parts.map(own))
    const mine: Readonly<Record<string, string>> = Object.assign(
      Object.fromEntries(await configDigests(files)),
      ...digests,
    )
    for (const { owner, url, parts } of owners.values()) {
      const different = Object.keys(owner.files).filter((path) => path in mine && mine[path] !== owner.files[path])
      if (different.length === 0) continue
      others.push(`${parts.join(', ')} of ${owner.id}`)
      warnings.push({
        code: 'remote-model-differs',
        message:
          `${parts.join(', ')} at ${url} ${parts.length > 1 ? 'belong' : 'belongs'} to ${owner.id}, which is not the model of the folder ${id}: ` +
          `${different.length} of the files that both have differ (${different.slice(0, 4).join(', ')}${different.length > 4 ? ', …' : ''}).`,
      })
    }
  }
  return { warnings, id: others.length === 0 ? id : `${id} (${others.join('; ')})` }
}

function checkPrediction(
  owner: OwnerModel,
  part: string,
  url: string,
  id: string,
  { config }: ModelInfo['scheduler'],
): void {
  const read = config.prediction_type ?? 'epsilon'
  if (
    !(denoiserParts as readonly string[]).includes(part) ||
    owner.prediction_type === undefined ||
    owner.prediction_type === read
  )
    return
  throw new NegError(
    'model-mismatch',
    `The ${part} at ${url} is of ${owner.id} and predicts ${owner.prediction_type}; the scheduler of the folder ${id} reads ${read}. ` +
      'Give the folder of the model that the server runs.',
    { where: part },
  )
}

import type { DiffusionModel } from '@neg/core'
import type { AttentionFlag } from '../arguments/attention'
import type { FurtherModels } from '../arguments/further-models'
import type { MemoryFlag } from '../arguments/memory'
import type { Progress } from '../output/progress'
import { openModel } from './open-model'

/** Opens the models of `--further-model`, one after the other, for as long as `use` takes. */
export async function withFurtherModels<T>(
  {
    furtherModel = {},
    device,
    attention,
    memory,
  }: { readonly furtherModel?: FurtherModels; readonly device: string } & AttentionFlag & MemoryFlag,
  progress: Progress,
  signal: AbortSignal,
  use: (models: Readonly<Record<string, DiffusionModel>>) => Promise<T>,
): Promise<T> {
  const models: Record<string, DiffusionModel> = {}
  try {
    for (const [name, model] of Object.entries(furtherModel)) {
      models[name] = await openModel({ model, device, attention, memory }, progress, signal)
    }
    return await use(models)
  } finally {
    await Promise.all(Object.values(models).map((model) => model.dispose()))
  }
}

import { type BatchedModel, batched, type DiffusionModel, NegError } from '@neg/core'

/** A model that the server draws with. */
export interface HostedModel {
  /** Its name in requests: `info.id`, unless the server was told another. */
  readonly id: string
  readonly model: DiffusionModel
  /** The same model, joining what the jobs that run together ask for. */
  readonly shared: BatchedModel
}

export interface ModelHost {
  readonly all: readonly HostedModel[]
  /** The named one, or the first. @throws `model-missing` */
  find(id?: string): HostedModel
  dispose(): Promise<void>
}

/**
 * Models by name; nothing else is ever loaded, whatever a request says.
 * @param models One model, or several by the names that requests use.
 */
export function hostModels(models: DiffusionModel | Readonly<Record<string, DiffusionModel>>): ModelHost {
  const named: [string, DiffusionModel][] = isModel(models) ? [[models.info.id, models]] : Object.entries(models)
  if (named.length === 0) throw new NegError('option-invalid', 'The server was given no model; give at least one.')
  const all = named.map(([id, model]): HostedModel => ({ id, model, shared: batched(model) }))
  return {
    all,
    find(id) {
      const found = id === undefined ? all[0] : all.find((one) => one.id === id)
      if (found) return found
      const known = all.map((one) => `'${one.id}'`).join(', ')
      throw new NegError('model-missing', `The server has no model '${id}'; it has ${known}.`, { where: 'model' })
    },
    async dispose() {
      await Promise.all(all.map(({ model }) => model.dispose()))
    },
  }
}

const isModel = (value: DiffusionModel | Readonly<Record<string, DiffusionModel>>): value is DiffusionModel =>
  typeof (value as DiffusionModel).denoise === 'function'

import { type DiffusionModel, NegError } from '@neg/core'

interface Variant {
  readonly key: string
  readonly model: Promise<DiffusionModel>
  users: number
  /** Another took its place: it goes when nobody uses it any more. */
  stale: boolean
}

/** A LoRA that a prompt asks for. */
export interface AskedLora {
  readonly name: string
  readonly weight: number
  /** Of the text encoders, where it is another. */
  readonly textWeight?: number
}

/**
 * Models that are opened with the LoRA files that prompts ask for. The last one stays open; one that it took the place of is disposed of
 * when no run uses it.
 *
 * @param open opens the model with further LoRA files
 */
export function loraVariants(open: (loras: readonly AskedLora[]) => Promise<DiffusionModel>) {
  const all = new Set<Variant>()
  let current: Variant | undefined
  let disposed = false
  const drop = async (variant: Variant) => {
    all.delete(variant)
    if (current === variant) current = undefined
    await variant.model.then(
      (model) => model.dispose(),
      () => {},
    )
  }
  const settle = (variant: Variant) => {
    if (variant.stale && variant.users === 0) void drop(variant).catch(() => {})
  }

  const withLoras: NonNullable<DiffusionModel['withLoras']> = async (loras, { signal }) => {
    if (disposed) throw new NegError('disposed', 'The model was disposed of.')
    const key = JSON.stringify(loras.map(({ name, weight, textWeight = weight }) => [name, weight, textWeight]))
    if (current?.key !== key) {
      const last = current
      current = { key, model: open(loras), users: 0, stale: false }
      all.add(current)
      if (last) {
        last.stale = true
        settle(last)
      }
    }
    const variant = current
    variant.users++
    let held = true
    const release = () => {
      if (held) variant.users--
      held = false
      settle(variant)
    }
    try {
      const model = await variant.model
      signal?.throwIfAborted()
      return { model, release }
    } catch (error) {
      release()
      // What could not be opened is tried again by whoever asks next.
      if (!signal?.aborted) await drop(variant)
      throw error
    }
  }
  return {
    withLoras,
    async dispose() {
      disposed = true
      await Promise.all([...all].map(drop))
    },
  }
}

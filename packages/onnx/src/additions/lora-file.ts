import { NegError } from '@neg/core'
import type { LoraAddition } from './addition'
import { type LoraRole, loraKey } from './lora-keys'
import { readSafetensors, type StoredTensor } from './safetensors'

/** What a LoRA file adds to one layer: up · down, times alpha over its rank. */
export interface LoraModule {
  readonly part: string
  /** In diffusers' names, `_` for dots. */
  readonly module: string
  readonly keys: readonly string[]
  readonly down: StoredTensor
  readonly up: StoredTensor
  readonly mid?: StoredTensor
  readonly alpha?: StoredTensor
}

export interface LoraFile {
  readonly name: string
  readonly weight: number
  readonly textWeight: number
  readonly modules: readonly LoraModule[]
  /** Keys that are none of a LoRA's. */
  readonly unknown: readonly string[]
}

/** Adapters whose weights are made in another way: adding a part of them would be another picture. */
const others: readonly (readonly [RegExp, string])[] = [
  [/\.dora_scale$|lora_magnitude_vector/, 'DoRA'],
  [/\.hada_w/, 'LoHa'],
  [/\.lokr_w/, 'LoKr'],
  [/\.oft_|\.oft_blocks/, 'OFT'],
]

/**
 * Reads what a LoRA file is for; its numbers are read later.
 * @throws `model-unsupported` for an adapter of another kind, `model-file-malformed`
 */
export async function readLora({ name, file, weight = 1, textWeight = weight }: LoraAddition): Promise<LoraFile> {
  const tensors = await readSafetensors(file, name)
  const found = new Map<string, { part: string; module: string; keys: string[]; roles: Map<LoraRole, StoredTensor> }>()
  const unknown: string[] = []
  for (const [key, tensor] of tensors) {
    const other = others.find(([pattern]) => pattern.test(key))
    if (other) {
      throw new NegError(
        'model-unsupported',
        `${name} is a ${other[1]} (it has ${key}); LoRA and LoCon are supported. Merge it into the model before export.`,
        { where: name },
      )
    }
    const read = loraKey(key)
    if (!read) {
      unknown.push(key)
      continue
    }
    const id = `${read.part}/${read.module}`
    const own = found.get(id) ?? { part: read.part, module: read.module, keys: [] as string[], roles: new Map() }
    found.set(id, own)
    own.keys.push(key)
    own.roles.set(read.role, tensor)
  }
  const modules = [...found.values()].map(({ part, module, keys, roles }): LoraModule => {
    const [down, up, mid, alpha] = (['down', 'up', 'mid', 'alpha'] as const).map((role) => roles.get(role))
    if (!down || !up) {
      throw new NegError(
        'model-file-malformed',
        `${name} has ${keys.join(', ')} and not its ${down ? 'up' : 'down'} half: a LoRA's layer has both. Download it again.`,
        { where: name },
      )
    }
    return { part, module, keys, down, up, ...(mid ? { mid } : {}), ...(alpha ? { alpha } : {}) }
  })
  return { name, weight, textWeight, modules, unknown }
}

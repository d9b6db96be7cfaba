import { NegError } from '@neg/core'
import * as z from 'zod'

/**
 * Which layers an edit changes: `mid` (the middle block), `down`, `up`, `all`, or beginnings of diffusers' module names
 * (`up_blocks.0.attentions.1`, `transformer_blocks.12`). A transformer has no such blocks: `down`, `mid` and `up` are the first, the middle
 * and the last third of its layers.
 */
export const layersSchema = z.union([z.enum(['mid', 'down', 'up', 'all']), z.array(z.string())])

export type Layers = z.infer<typeof layersSchema>

const blocks = { mid: ['mid_block'], down: ['down_blocks'], up: ['up_blocks'], all: [''] }
const thirds = { down: 0, mid: 1, up: 2 }
const inBlocks = /^(?:down_blocks|mid_block|up_blocks)\b/

/** A third of a transformer's layers, in order; at least one. */
function third(which: keyof typeof thirds, names: readonly string[]): boolean[] {
  const [from, to] = [thirds[which], thirds[which] + 1].map((n) => (n * names.length) / 3)
  return names.map((_, i) => i + 1 > from && i < to)
}

/** Whether each layer is chosen. @throws `guidance-option-invalid` where a choice names no layer */
export function chosenLayers(layers: Layers, names: readonly string[], edit: string): boolean[] {
  if (
    typeof layers === 'string' &&
    layers !== 'all' &&
    names.length > 0 &&
    !names.some((name) => inBlocks.test(name))
  ) {
    return third(layers, names)
  }
  const beginnings = typeof layers === 'string' ? blocks[layers] : layers
  for (const beginning of beginnings) {
    if (names.some((name) => name.startsWith(beginning))) continue
    throw new NegError(
      'guidance-option-invalid',
      `${edit}: no attention layer's name begins with '${beginning}'. The model has ${names.join(', ')}.`,
      { where: 'layers' },
    )
  }
  return names.map((name) => beginnings.some((beginning) => name.startsWith(beginning)))
}

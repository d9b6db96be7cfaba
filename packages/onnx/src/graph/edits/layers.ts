import { NegError } from '@neg/core'
import * as z from 'zod'

/**
 * Which layers an edit changes: `mid` (the middle block), `down`, `up`, `all`, or beginnings of diffusers' module names
 * (`up_blocks.0.attentions.1`).
 */
export const layersSchema = z.union([z.enum(['mid', 'down', 'up', 'all']), z.array(z.string())])

export type Layers = z.infer<typeof layersSchema>

const blocks = { mid: ['mid_block'], down: ['down_blocks'], up: ['up_blocks'], all: [''] }

/** Whether each layer is chosen. @throws `guidance-option-invalid` where a choice names no layer */
export function chosenLayers(layers: Layers, names: readonly string[], edit: string): boolean[] {
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

/** What one tensor of a LoRA file is to its module. */
export type LoraRole = 'down' | 'up' | 'mid' | 'alpha'

/** A LoRA file's key, read. */
export interface LoraKey {
  /** The network: `denoiser`, or a text encoder's folder. */
  readonly part: string
  /** The module with `_` in place of every dot: `down_blocks_0_attentions_0_…_attn1_to_q`, or in Stability's names of blocks. */
  readonly module: string
  readonly role: LoraRole
}

/** Endings, longest first: kohya's, diffusers' of two ages, PEFT's with or without the adapter's name. */
const endings: readonly (readonly [RegExp, LoraRole])[] = [
  [/\.lora_linear_layer\.(?:down)\.weight$/, 'down'],
  [/\.lora_linear_layer\.(?:up)\.weight$/, 'up'],
  [/[._]lora\.down\.weight$/, 'down'],
  [/[._]lora\.up\.weight$/, 'up'],
  [/\.lora_A(?:\.[^.]+)?\.weight$/, 'down'],
  [/\.lora_B(?:\.[^.]+)?\.weight$/, 'up'],
  [/\.lora_down\.weight$/, 'down'],
  [/\.lora_up\.weight$/, 'up'],
  [/\.lora_mid\.weight$/, 'mid'],
  [/\.alpha$/, 'alpha'],
]

/** Beginnings of every kind of file, and the network that they are of; the first that fits holds. */
const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^lora_unet_/, 'denoiser'],
  [/^lora_te2_/, 'text_encoder_2'],
  [/^lora_te1?_/, 'text_encoder'],
  [/^unet\./, 'denoiser'],
  [/^text_encoder_2\./, 'text_encoder_2'],
  [/^text_encoder\./, 'text_encoder'],
]

/**
 * Reads a key of kohya's, diffusers' or PEFT's LoRA files; undefined for another.
 *
 * A PEFT adapter of one network names no network: its modules are the UNet's, or a text encoder's by how they begin.
 */
export function loraKey(key: string): LoraKey | undefined {
  const plain = key.replace(/^(?:base_model\.model\.|transformer\.(?=text_model|down_blocks|up_blocks|mid_block))/, '')
  for (const [ending, role] of endings) {
    if (!ending.test(plain)) continue
    const path = plain.replace(ending, '')
    const [pattern, part] = beginnings.find(([beginning]) => beginning.test(path)) ?? []
    const rest = pattern ? path.replace(pattern, '').replace(/^base_model\.model\./, '') : path
    const module = moduleName(rest)
    const own = part ?? (/^(?:text_model_)?encoder_layers_/.test(module) ? 'text_encoder' : 'denoiser')
    return { part: own, module, role }
  }
  return undefined
}

/** A module's path with `_` for dots; older names of attention's layers as they are now. */
const moduleName = (path: string): string =>
  path
    .replace(/\.processor\.(to_[qkv]|to_out)$/, '.$1')
    .replace(/\.to_out$/, '.to_out.0')
    .replaceAll('.', '_')

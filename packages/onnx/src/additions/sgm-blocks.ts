/**
 * A UNet's module in the names that Stability's code has and kohya's SDXL files use (`input_blocks_4_1_transformer_blocks_0_…`), in
 * diffusers'; any other as it is.
 *
 * `input_blocks` 0 is the first convolution, then each level has its blocks and a downsampler but the last; `output_blocks` have one
 * block more a level, the last of which upsamples.
 *
 * @param blocks residual blocks of a level on the way down: two in Stable Diffusion and SDXL
 */
export function sgmModule(module: string, blocks = 2): string {
  const each = blocks + 1
  const input = /^input_blocks_(\d+)_(\d+)_(.+)$/.exec(module)
  if (input) {
    const [block, part, rest] = [Number(input[1]), Number(input[2]), input[3]]
    if (block === 0) return 'conv_in'
    const [level, index] = [Math.floor((block - 1) / each), (block - 1) % each]
    if (index === blocks) return `down_blocks_${level}_downsamplers_0_conv`
    return `down_blocks_${level}_${inner(part, index, rest)}`
  }
  const middle = /^middle_block_(\d+)_(.+)$/.exec(module)
  if (middle) {
    const [part, rest] = [Number(middle[1]), middle[2]]
    return `mid_block_${part === 1 ? `attentions_0_${rest}` : `resnets_${part === 0 ? 0 : 1}_${resnet(rest)}`}`
  }
  const output = /^output_blocks_(\d+)_(\d+)_(.+)$/.exec(module)
  if (output) {
    const [block, part, rest] = [Number(output[1]), Number(output[2]), output[3]]
    const [level, index] = [Math.floor(block / each), block % each]
    if (rest === 'conv') return `up_blocks_${level}_upsamplers_0_conv`
    return `up_blocks_${level}_${inner(part, index, rest)}`
  }
  const outer = /^(?:time_embed|label_emb_0)_(\d)$/.exec(module)
  if (outer)
    return `${module.startsWith('time') ? 'time_embedding' : 'add_embedding'}_linear_${outer[1] === '0' ? 1 : 2}`
  return module === 'out_2' ? 'conv_out' : module
}

const inner = (part: number, index: number, rest: string): string =>
  part === 0 ? `resnets_${index}_${resnet(rest)}` : `attentions_${index}_${rest}`

/** Layers of a residual block. */
const layers: Readonly<Record<string, string>> = {
  in_layers_2: 'conv1',
  out_layers_3: 'conv2',
  emb_layers_1: 'time_emb_proj',
  skip_connection: 'conv_shortcut',
}

const resnet = (rest: string): string => layers[rest] ?? rest

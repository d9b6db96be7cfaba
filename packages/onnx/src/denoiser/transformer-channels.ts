import { readTransformerConfig, type TransformerConfig, transformerConfigPath } from '../folder/transformer-config'
import type { ChannelAxes, ConfigClaims } from './architecture'

/** Which axis of which input a key of a transformer's config counts. */
type Counted = Readonly<
  Record<'in_channels' | 'joint_attention_dim' | 'pooled_projection_dim', readonly [input: string, axis: number]>
>

/**
 * What a transformer's config says of its inputs' channels: checked against a graph that has them fixed, filled in where a graph
 * leaves them open.
 *
 * @param latents the input of the latents, and how many channels they have in most models
 */
export function transformerChannels(
  counted: Counted,
  latents: Readonly<Record<string, number>>,
): { readonly claimed: ConfigClaims['axes']; readonly channels: ChannelAxes } {
  return {
    claimed: counted,
    channels: {
      axes: Object.fromEntries(Object.values(counted)),
      async read(files) {
        const present = (await files.list()).includes(transformerConfigPath)
        const config: Partial<TransformerConfig> = present ? await readTransformerConfig(files) : {}
        const said = Object.entries(counted).flatMap(([key, [input]]) => {
          const width = config[key as keyof Counted]
          return width == null ? [] : [[input, width] as const]
        })
        return { where: transformerConfigPath, channels: Object.fromEntries(said) }
      },
      usual: latents,
    },
  }
}

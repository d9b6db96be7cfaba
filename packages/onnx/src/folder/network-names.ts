import { architectures, type DenoiserPart } from '../denoiser/architectures'

type EncoderPart = (typeof architectures)[number]['encoders'][number]

/** The networks that a model may be made of, by their folders' names. */
export type NetworkName =
  | EncoderPart
  | DenoiserPart
  | 'vae_decoder'
  | 'vae_encoder'
  | 'controlnet'
  | 'latent_classifier'
  | 'image_classifier'

/** All of them; a folder may hold others (a safety checker), which change nothing. */
export const networkNames: readonly NetworkName[] = [
  ...new Set<NetworkName>([
    ...architectures.flatMap(({ encoders }) => encoders),
    ...architectures.map(({ part }) => part),
    'vae_decoder',
    'vae_encoder',
    'controlnet',
    'latent_classifier',
    'image_classifier',
  ]),
]

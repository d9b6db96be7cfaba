import { NegError } from '@neg/core'
import { denoiserPartOf, type NetworkName, networkNames } from '@neg/onnx/internal'
import type { OpenInferenceOptions } from './open-inference'

/** A network that a model may have, by its folder's name. */
export type PartName = NetworkName

/** Parts a model runs without. */
const optional: ReadonlySet<string> = new Set(['vae_encoder', 'controlnet', 'latent_classifier', 'image_classifier'])

/** A part on a server; what is left out is as for the whole model. */
export interface RemotePart extends OpenInferenceOptions {
  /** The server's name of the model. Default the part's own name. */
  readonly model?: string
  readonly version?: string
}

/** Where each part runs: `local`, the name of a model on the server, or a server of its own. */
export type PartPlaces = Readonly<Partial<Record<PartName, 'local' | string | RemotePart>>>

/** A part's place with nothing left open. */
export type PartPlace =
  | { readonly kind: 'local' }
  | {
      readonly kind: 'remote'
      readonly server: OpenInferenceOptions
      readonly model: string
      readonly version?: string
      /** Nobody asked for it: if the server does not have it, the model goes without. */
      readonly ifThere: boolean
    }

const isPartName = (name: string): name is PartName => (networkNames as readonly string[]).includes(name)

/**
 * Decides where each part runs. What `parts` does not say: the denoiser on the server, any other part here if the folder has
 * its graph, else on the server.
 *
 * @param present the model folder's files
 * @throws `option-invalid` for parts that no model has, `model-file-missing` for a local part without its graph
 */
export function placeParts(
  parts: PartPlaces,
  server: OpenInferenceOptions,
  present: readonly string[],
): ReadonlyMap<PartName, PartPlace> {
  for (const name of Object.keys(parts)) {
    if (isPartName(name)) continue
    throw new NegError('option-invalid', `parts.${name}: a model's parts are ${networkNames.join(', ')}.`, {
      where: `parts.${name}`,
    })
  }
  const hasGraph = (part: string) => present.some((file) => file.startsWith(`${part}/`) && file.endsWith('.onnx'))
  /** Exporters keep the VAE's config in the folder of one half. */
  const hasConfig = (part: string) =>
    present.includes(`${part}/config.json`) || (part === 'vae_encoder' && present.includes('vae/config.json'))

  const denoiser = denoiserPartOf(present)
  const needed: readonly string[] = [denoiser, 'vae_decoder', 'text_encoder']
  const places = new Map<PartName, PartPlace>()
  for (const part of networkNames) {
    const said = parts[part]
    const local = said === 'local' || (said === undefined && part !== denoiser && hasGraph(part))
    if (said === 'local' && !hasGraph(part)) {
      throw new NegError('model-file-missing', `parts.${part} is 'local', but the folder has no ${part}/model.onnx.`, {
        where: `parts.${part}`,
      })
    }
    if (local) {
      places.set(part, { kind: 'local' })
      continue
    }
    const wanted = said !== undefined || needed.includes(part) || hasConfig(part)
    if (!wanted) continue
    const own: RemotePart = typeof said === 'object' ? said : said === undefined ? {} : { model: said }
    const { model = part, version, ...address } = own
    places.set(part, {
      kind: 'remote',
      // A part with an address of its own does not inherit the other kind of address, nor the secrets meant for it.
      server: address.url !== undefined || address.grpcUrl !== undefined ? address : { ...server, ...address },
      model,
      version,
      ifThere: said === undefined && optional.has(part),
    })
  }
  return places
}

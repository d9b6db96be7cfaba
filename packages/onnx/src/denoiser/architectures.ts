import type { DenoiserInputs } from '../graph/denoiser-inputs'
import type { Architecture } from './architecture'
import { flux } from './flux'
import { sd3 } from './sd3'
import { unet } from './unet'

/**
 * Every kind of denoiser that neg draws with. What a folder does not tell is taken to be the first's.
 *
 * @experimental
 */
export const architectures = [unet, sd3, flux] as const satisfies readonly Architecture[]

/** The folder of a denoiser. */
export type DenoiserPart = (typeof architectures)[number]['part']

/** The folders that may hold the denoiser. */
export const denoiserParts: readonly DenoiserPart[] = [...new Set(architectures.map(({ part }) => part))]

/** The folder of a model's denoiser, by the files that are there. */
export const denoiserPartOf = (present: readonly string[]): DenoiserPart =>
  denoiserParts.find((part) => present.some((file) => file.startsWith(`${part}/`))) ?? denoiserParts[0]

/** The kind of a denoiser by the names of its inputs; undefined for another network. */
export const architectureOf = (
  names: readonly string[],
  among: readonly Architecture[] = architectures,
): Architecture | undefined => among.find((one) => one.owns(names))

/** What a denoiser calls its latents and its text, by the names of its inputs; undefined for another network. */
export const denoiserInputs = (names: readonly string[]): DenoiserInputs | undefined => architectureOf(names)?.inputs

import { denoiserPartOf } from '../denoiser/architectures'
import { fileMissing, type ModelFiles } from '../files/model-files'
import { networkParts } from './graph-files'

/** A config that a folder lacks, and what it says. */
export interface MissingFile {
  readonly path: string
  readonly says: string
}

/**
 * The configs that a folder lacks for its networks: nothing in a graph tells what they say, and a guess would draw other
 * pictures.
 *
 * @param legacy the first exporter's, which wrote no configs of networks
 */
export function missingFiles(present: readonly string[], legacy = false): MissingFile[] {
  const has = (...paths: readonly string[]) => paths.some((path) => present.includes(path))
  const parts = networkParts(present)
  const missing: MissingFile[] = []
  const need = (ok: boolean, path: string, says: string) => {
    if (!ok) missing.push({ path, says })
  }
  need(has('scheduler/scheduler_config.json'), 'scheduler/scheduler_config.json', 'how noise is taken away')
  for (const part of parts.filter((one) => /^text_encoder(?:_\d)?$/.test(one))) {
    const tokenizer = part.replace('text_encoder', 'tokenizer')
    need(has(`${tokenizer}/vocab.json`, `${tokenizer}/tokenizer.json`), `${tokenizer}/vocab.json`, 'the words of texts')
  }
  if (legacy) return missing
  const denoiser = denoiserPartOf(present)
  need(has(`${denoiser}/config.json`), `${denoiser}/config.json`, 'the sizes it was trained at')
  const vae = ['vae_decoder', 'vae', 'vae_encoder'].map((part) => `${part}/config.json`)
  need(has(...vae), vae[0], 'how latents are scaled')
  return missing
}

/** What mends it, in the words of neg's options. */
export const configsHint =
  'Take them from the model that this one was made of, a folder or a Hub id: configs (neg: --configs ORG/NAME, such as ' +
  'stable-diffusion-v1-5/stable-diffusion-v1-5), or export the model again.'

/** @throws `model-file-missing` naming every config that is missing */
export async function checkWhole(files: ModelFiles, legacy: boolean): Promise<void> {
  const missing = missingFiles(await files.list(), legacy)
  if (missing.length === 0) return
  const [{ path }] = missing
  const others = missing.slice(1).map(({ path, says }) => `${path} (${says})`)
  throw fileMissing(
    files.name,
    path,
    `It says ${missing[0].says}.${others.length > 0 ? ` Missing are ${others.join(', ')}, too.` : ''} ${configsHint}`,
  )
}

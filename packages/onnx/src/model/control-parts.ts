import { NegError } from '@neg/core'
import * as z from 'zod'
import type { Architecture, ControlNet, Denoiser } from '../denoiser/architecture'
import { foldDigests } from '../files/digest'
import type { ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'
import { controlName, controlParts } from '../folder/control-files'
import type { SessionFactory, Signature } from '../session/session'
import { isSize, type ValueInfo } from '../session/value'
import { closeChannels } from './close-channels'

/** A ControlNet of a model. */
export interface ControlPart {
  readonly name: string
  readonly part: string
  readonly net: ControlNet
}

const schema = z.looseObject({ global_pool_conditions: z.boolean().nullish() })

/**
 * The ControlNets among a folder's networks, each checked against the denoiser that it leads.
 *
 * @param signature the denoiser's, its channels known
 * @param asked names of ControlNets that were asked for: without use they are refused, while those that merely lie there are not read
 * @returns undefined where the denoiser takes nothing of the kind
 * @throws `control-unsupported`, `model-unsupported`, `model-mismatch`
 */
export async function readControlParts(
  files: ModelFiles,
  sessions: SessionFactory,
  {
    architecture,
    denoiser,
    signature,
  }: {
    readonly architecture: Architecture
    readonly denoiser: Denoiser
    readonly signature: Signature
  },
  asked: readonly string[] = [],
): Promise<readonly ControlPart[] | undefined> {
  const { residuals } = denoiser
  if (!residuals || !architecture.control) {
    if (asked.length === 0) return undefined
    throw new NegError(
      'control-unsupported',
      `${files.name} can't be led by the ControlNet ${asked[0]}: its denoiser has no inputs for what one adds ` +
        '(down_block_additional_residuals_0 …, mid_block_additional_residual). Export its UNet with them.',
      { where: `controlnets.${asked[0]}` },
    )
  }
  const { axes, describe } = architecture.control
  // Nothing but graph and weights tells them.
  const channels = { axes, read: async () => ({ where: '', channels: {} }), usual: {} }
  return Promise.all(
    controlParts(sessions.parts).map(async (part) => {
      const own = await closeChannels({ part, channels }, files, sessions)
      const net = describe(own, part)
      const name = controlName(part)
      await checkConfig(files, part, name)
      checkFit(name, net, residuals, signature)
      return { name, part, net }
    }),
  )
}

/** @throws `model-unsupported` for a ControlNet that leads the prompt's rows alone (shuffle, as diffusers' guess mode does) */
async function checkConfig(files: ModelFiles, part: string, name: string): Promise<void> {
  const path = `${part}/config.json`
  if (!(await files.list()).includes(path)) return
  const { global_pool_conditions: pools } = await readJson(files, path, schema)
  if (!pools) return
  throw new NegError(
    'model-unsupported',
    `The ControlNet ${name} pools what it gives (global_pool_conditions) and leads the prompt's passes alone, as guess mode does: neg leads ` +
      'all passes alike.',
    { where: path },
  )
}

/** Whether two axes can be one. */
const agree = (a: number | string | undefined, b: number | string | undefined): boolean =>
  !isSize(a) || !isSize(b) || a === b

/** @throws `model-mismatch` where a ControlNet is of another model than the denoiser, as far as their graphs tell */
function checkFit(name: string, net: ControlNet, residuals: readonly ValueInfo[], signature: Signature): void {
  const refuse = (why: string) => {
    throw new NegError(
      'model-mismatch',
      `The ControlNet ${name} does not go with this denoiser: ${why}. It is of another kind of model (Stable Diffusion 1, 2 and SDXL each have ` +
        'their own).',
      { where: `controlnets.${name}` },
    )
  }
  if (net.residuals.length !== residuals.length) {
    refuse(`it gives ${net.residuals.length} residuals, and ${residuals.length} are taken`)
  }
  const taken = (info: ValueInfo) => signature.inputs.find((one) => one.name === info.name)
  for (const info of net.texts) {
    const own = taken(info)
    const [a, b] = [info, own].map((one) => one?.shape.at(-1))
    if (!own) refuse(`it takes ${info.name}, which the denoiser's text has not`)
    if (!agree(a, b)) refuse(`its ${info.name} has ${a} channels, the denoiser's ${b}`)
  }
  // Networks that read a picture have further channels, which a ControlNet is not shown.
  const [a, b] = [net.latents, taken(net.latents)].map((one) => one?.shape[1])
  if (isSize(a) && isSize(b) && a > b) refuse(`it takes ${a} channels of latents, the denoiser ${b}`)
  net.residuals.forEach((info, i) => {
    if (!agree(info.shape[1], residuals[i].shape[1])) {
      refuse(`its ${info.name} has ${info.shape[1]} channels, ${residuals[i].name} takes ${residuals[i].shape[1]}`)
    }
  })
}

/** SHA-256 over a ControlNet's files, whatever it is called here. */
export async function controlDigest(sessions: SessionFactory, { part }: ControlPart): Promise<string> {
  const digests = await sessions.digests(part)
  return foldDigests(digests.map(([path, sha256]) => [path.replace(/^[^/]*\//, ''), sha256] as const))
}

import { NegError } from '@neg/core'
import { type ModelFiles, readText, type Signature, type ValueInfo } from '@neg/onnx'
import type { ConfigClaims } from '@neg/onnx/denoiser'
import { architectureOf, denoiserParts } from '@neg/onnx/internal'
import * as z from 'zod'
import type { FolderGraphs } from './folder-graphs'
import type { FoundPart } from './remote-sessions'

const number = z.number().nullish().catch(null)
const config = z
  .looseObject({
    in_channels: number,
    out_channels: number,
    cross_attention_dim: number,
    addition_embed_type: z.string().nullish().catch(null),
    time_cond_proj_dim: number,
    joint_attention_dim: number,
    pooled_projection_dim: number,
    guidance_embeds: z.boolean().nullish().catch(null),
    hidden_size: number,
    latent_channels: number,
  })
  .catch({})

type Config = z.output<typeof config>

/** A part's config where the folder has one; what cannot be read is refused by whoever opens the model. */
async function configOf(files: ModelFiles, present: readonly string[], part: string): Promise<Config | undefined> {
  const path = [`${part}/config.json`, ...(part.startsWith('vae') ? ['vae/config.json'] : [])].find((one) =>
    present.includes(one),
  )
  if (path === undefined) return undefined
  try {
    return config.parse(JSON.parse(await readText(files, path)))
  } catch {
    return undefined
  }
}

/**
 * Refuses networks on servers that are not those of the local folder: other inputs, types or widths than its graph has, or
 * than its configs say where it has no graph.
 * @throws `model-mismatch`
 */
export async function checkStructure(
  files: ModelFiles,
  graphs: FolderGraphs,
  remote: ReadonlyMap<string, FoundPart>,
): Promise<void> {
  const present = await files.list()
  for (const [part, { server, model, session, metadata }] of remote) {
    const local = await graphs.signature(part)
    const differences = [
      ...(local ? ofGraphs(local, session) : []),
      ...ofConfig(part, (await configOf(files, present, part)) ?? {}, session, present.includes(`${part}/config.json`)),
    ]
    if (differences.length === 0) continue
    const owner = metadata.parameters?.model?.id
    throw new NegError(
      'model-mismatch',
      `'${model}' at ${server.url}${owner === undefined ? '' : ` (of ${owner})`} is not the ${part} of ${files.name}: ` +
        `${[...new Set(differences)].join('; ')}. Give the folder of the model that the server runs.`,
      { where: part },
    )
  }
}

const isFloat = ({ type }: ValueInfo): boolean => /float/.test(type)
const shapeText = ({ shape }: ValueInfo): string => `[${shape.map((size) => (size === '' ? '?' : size)).join(', ')}]`

function ofGraphs(local: Signature, there: Signature): string[] {
  const differences: string[] = []
  const names = (infos: readonly ValueInfo[]) => infos.map(({ name }) => name).sort()
  const [own, others] = [names(local.inputs), names(there.inputs)]
  if (String(own) !== String(others)) {
    differences.push(`it takes ${others.join(', ')}, the folder's graph ${own.join(', ')}`)
  }
  const pairs = (here: readonly ValueInfo[], far: readonly ValueInfo[]) =>
    here.flatMap((info) => far.filter(({ name }) => name === info.name).map((other) => [info, other] as const))
  for (const [info, other] of [...pairs(local.inputs, there.inputs), ...pairs(local.outputs, there.outputs)]) {
    // Exporters and servers write one timestep as they like: a whole number or not, one a call or a row.
    if (info.name === 'timestep') continue
    if (isFloat(info) !== isFloat(other)) {
      differences.push(`'${info.name}' is ${other.type} there and ${info.type} in the folder's graph`)
    } else if (!fits(info.shape, other.shape)) {
      differences.push(`'${info.name}' is ${shapeText(other)} there and ${shapeText(info)} in the folder's graph`)
    }
  }
  return differences
}

/** Whether shapes agree wherever both say a number; the batch is not compared. */
const fits = (a: ValueInfo['shape'], b: ValueInfo['shape']): boolean =>
  a.length === b.length &&
  a.every((size, axis) => axis === 0 || typeof size !== 'number' || typeof b[axis] !== 'number' || size === b[axis])

function ofConfig(part: string, said: Config, there: Signature, complete: boolean): string[] {
  const width = (name: string, axis: number): number | undefined => {
    const size = [...there.inputs, ...there.outputs].find((info) => info.name === name)?.shape[axis]
    return typeof size === 'number' ? size : undefined
  }
  const differs = (key: keyof Config & string, found: number | undefined): string[] =>
    typeof said[key] === 'number' && found !== undefined && said[key] !== found
      ? [`it has ${key} ${found}, the folder's config ${said[key]}`]
      : []
  const takes = (name: string) => there.inputs.some((input) => input.name === name)
  const denoiser = architectureOf(there.inputs.map(({ name }) => name))
  if (denoiser && (denoiserParts as readonly string[]).includes(part)) {
    const only = (name: string, wanted: boolean) =>
      complete && takes(name) !== wanted
        ? [`it takes ${takes(name) ? '' : 'no '}'${name}', and the folder's config says it does${wanted ? '' : ' not'}`]
        : []
    const { axes, inputs } = denoiser.claims as ConfigClaims
    return [
      ...Object.entries(axes).flatMap(([key, [name, axis]]) =>
        differs(key as keyof Config & string, width(name, axis)),
      ),
      ...Object.entries(inputs).flatMap(([name, wanted]) => only(name, wanted(said))),
    ]
  }
  if (part.startsWith('text_encoder')) return differs('hidden_size', width('last_hidden_state', 2))
  if (part === 'vae_decoder') return differs('latent_channels', width('latent_sample', 1))
  return []
}

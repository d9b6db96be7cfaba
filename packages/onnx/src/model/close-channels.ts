import { NegError } from '@neg/core'
import type { Architecture } from '../denoiser/architecture'
import type { ModelFiles } from '../files/model-files'
import { weightWidth } from '../graph/weight-widths'
import type { SessionFactory, Signature } from '../session/session'
import { isSize } from '../session/value'

/**
 * A denoiser's signature (or its ControlNet's) with every axis of channels known: by the graph, else the network's config, else the weights that
 * the input meets first, else what most models have. (diffusers' own exporter and others name these axes, as if they were free.)
 *
 * @throws `model-file-malformed` where config and graph say different things; as `SessionFactory.signature`
 */
export async function closeChannels(
  { part, channels: known }: Pick<Architecture, 'part' | 'channels'>,
  files: ModelFiles,
  sessions: SessionFactory,
): Promise<Signature> {
  const signature = await sessions.signature(part)
  if (!known) return signature
  const { where, channels, output } = await known.read(files)
  const open = signature.inputs.some(({ name, shape }) => name in known.axes && !isSize(shape[known.axes[name]]))
  const [nodes, weights] = open ? await Promise.all([sessions.nodes?.(part), sessions.weights?.(part)]) : []
  const inputs = signature.inputs.map((info) => {
    const { name, shape } = info
    if (!Object.hasOwn(known.axes, name)) return info
    const axis = known.axes[name]
    const declared = shape[axis]
    const inGraph = isSize(declared) ? declared : nodes && weights && weightWidth(nodes, weights, name)
    if (inGraph !== undefined && channels[name] !== undefined && inGraph !== channels[name]) {
      throw new NegError(
        'model-file-malformed',
        `${where} of ${files.name} says that '${name}' has ${channels[name]} channels; the graph takes ${inGraph}. ` +
          'One of them is of another model: export the model again.',
        { where },
      )
    }
    const size = inGraph ?? channels[name] ?? known.usual[name]
    return size === undefined || axis >= shape.length ? info : { ...info, shape: shape.with(axis, size) }
  })
  const outputs = signature.outputs.map((info) =>
    output === undefined || info.shape.length !== 4 || isSize(info.shape[1])
      ? info
      : { ...info, shape: info.shape.with(1, output) },
  )
  return { inputs, outputs }
}

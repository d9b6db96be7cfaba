import { isObject, jsonObject, recipeOfFields } from './foreign-fields'
import type { ForeignReader } from './foreign-reader'
import { samplerOf } from './samplers'

type Fields = Readonly<Record<string, unknown>>
interface Node {
  readonly type: string
  readonly inputs: Fields
}

const samplers = new Set(['KSampler', 'KSamplerAdvanced'])

/** The nodes of a graph in ComfyUI's API format. */
function nodesOf(graph: Fields): ReadonlyMap<string, Node> {
  return new Map(
    Object.entries(graph).flatMap(([id, node]) =>
      isObject(node) && typeof node.class_type === 'string' && isObject(node.inputs)
        ? [[id, { type: node.class_type, inputs: node.inputs }] as const]
        : [],
    ),
  )
}

/**
 * ComfyUI's `prompt`: the graph that drew the picture. Read is one KSampler with what leads to it, the one that begins from an
 * empty latent where there are several; weights in round brackets are AUTOMATIC1111's.
 *
 * Source: comfyanonymous/ComfyUI, nodes.py, SaveImage, KSampler, CLIPTextEncode.
 */
export const comfyRecipe: ForeignReader = ({ prompt }) => {
  const graph = jsonObject(prompt)
  const nodes = graph && nodesOf(graph)
  if (!nodes || nodes.size === 0) return undefined
  const linked = (link: unknown): Node | undefined =>
    Array.isArray(link) && typeof link[0] === 'string' ? nodes.get(link[0]) : undefined
  /** A value, or that of a node of one value which it is linked to. */
  const settled = (input: unknown, depth = 0): unknown => {
    const node = linked(input)
    if (!node || depth > 8) return Array.isArray(input) ? undefined : input
    const { value, text, string, seed, noise_seed: noiseSeed, int } = node.inputs
    return settled(value ?? text ?? string ?? seed ?? noiseSeed ?? int, depth + 1)
  }
  const textOf = (link: unknown, depth = 0): { text?: string; through: string[] } => {
    const node = linked(link)
    if (!node || depth > 20) return { through: [] }
    const { text, text_g: global, conditioning, conditioning_1: first, positive } = node.inputs
    if (node.type === 'ConditioningZeroOut') return { text: '', through: [] }
    const own = settled(text ?? global)
    if (typeof own === 'string') return { text: own, through: [] }
    const inner = textOf(conditioning ?? first ?? positive, depth + 1)
    return { ...inner, through: [node.type, ...inner.through] }
  }
  const isEmpty = (node: Node | undefined) => node?.type.startsWith('Empty') === true && 'width' in node.inputs
  const found = [...nodes.values()].filter(({ type }) => samplers.has(type))
  const sampler = found.find(({ inputs }) => isEmpty(linked(inputs.latent_image))) ?? found[0]
  if (!sampler) {
    return recipeOfFields('ComfyUI', {
      prompt: undefined,
      notes: ['Its graph has no KSampler, which is what is read.'],
    })
  }
  const { inputs } = sampler
  const latent = linked(inputs.latent_image)
  const [wanted, against] = [textOf(inputs.positive), textOf(inputs.negative)]
  const through = [...new Set([...wanted.through, ...against.through])]
  const model = [...nodes.values()].find(({ type }) => type.startsWith('CheckpointLoader'))?.inputs.ckpt_name
  const loras = [...nodes.values()]
    .filter(({ type }) => /lora/i.test(type))
    .map((node) => `${node.type} ${node.inputs.lora_name ?? ''}`.trim())
  const denoise = settled(inputs.denoise)
  return recipeOfFields('ComfyUI', {
    prompt: wanted.text,
    negative: against.text,
    steps: settled(inputs.steps),
    scale: settled(inputs.cfg),
    seed: settled(inputs.seed ?? inputs.noise_seed),
    width: isEmpty(latent) ? settled(latent?.inputs.width) : undefined,
    height: isEmpty(latent) ? settled(latent?.inputs.height) : undefined,
    sampler: samplerOf(settled(inputs.sampler_name), settled(inputs.scheduler)),
    syntax: 'a1111',
    generator: 'cpu',
    model,
    rest: [
      ...loras,
      ...through,
      ...(typeof denoise === 'number' && denoise < 1 ? [`denoise: ${denoise}`] : []),
      ...(found.length > 1 ? [`${found.length - 1} more KSampler`] : []),
      ...(latent && !isEmpty(latent) ? [latent.type] : []),
    ],
  })
}

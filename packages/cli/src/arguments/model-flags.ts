import type { NodeOptions } from '@neg/node'
import { Option } from 'commander'
import type { AttentionFlag } from './attention'
import { collect } from './collect'
import { namedPath } from './control'
import type { MemoryFlag } from './memory'
import { refuse } from './refuse'

type Named = Readonly<Record<string, string>>

/** The options of every command that opens a model. */
export interface ModelFlags extends AttentionFlag, MemoryFlag {
  readonly model?: string
  readonly device?: string
  readonly dtype?: string | Named
  readonly revision?: string
  readonly subfolder?: string
  readonly file?: Named
  readonly configs?: string
  readonly lora?: readonly LoraFlag[]
  readonly embedding?: readonly string[]
  readonly loras?: string
  readonly embeddings?: string
  readonly controlnet?: Named
}

type LoraFlag = Exclude<NonNullable<NodeOptions['loras']>[number], string>

/** Collects `NAME=VALUE`. */
function collectNamed(flag: string, example: string) {
  return (text: string, before: Named = {}): Named => {
    const at = text.indexOf('=')
    if (at < 1 || at === text.length - 1) throw refuse(flag, `must be PART=…, such as ${example}`, text)
    return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1) }
  }
}

/** Collects `--dtype`: one for all parts, or by part. */
export function collectDtype(text: string, before?: string | Named): string | Named {
  if (!text.includes('=')) {
    if (before !== undefined) throw refuse('--dtype', 'is one for all parts, or one for each: unet=fp16', text)
    return text
  }
  if (typeof before === 'string') throw refuse('--dtype', 'is one for all parts, or one for each: unet=fp16', text)
  return collectNamed('--dtype', 'unet=fp16')(text, before)
}

/** Collects `--lora FILE:WEIGHT`; the weight is 1 where the last colon has no number after it. */
export function collectLora(text: string, before: readonly LoraFlag[] = []): readonly LoraFlag[] {
  const at = text.lastIndexOf(':')
  const weight = at > 0 ? Number(text.slice(at + 1) || Number.NaN) : Number.NaN
  if (Number.isFinite(weight)) return [...before, { file: text.slice(0, at), weight }]
  // `C:\\lora.safetensors` has a colon, and no weight.
  if (text === '' || (at > 1 && !/[\\/]/.test(text.slice(at))))
    throw refuse('--lora', 'must be FILE, or FILE:WEIGHT with a number, such as film.safetensors:0.8', text)
  return [...before, { file: text, weight: 1 }]
}

/** A ControlNet's name where none is given: its folder's or file's. */
const ownName = (path: string): string =>
  path
    .replace(/[\\/]+$/, '')
    .replace(/^.*[\\/]/, '')
    .replace(/\.onnx$/, '')
    .replace(/[^\w.-]+/g, '-')

/** Collects `--controlnet NAME=PATH`; without a name it has its folder's or file's. */
export function collectControlnet(text: string, before: Named = {}): Named {
  const { name, path } = namedPath(text)
  const own = name ?? ownName(path)
  if (own === '') throw refuse('--controlnet', 'must be a folder or an ONNX file, or NAME=PATH', text)
  if (Object.hasOwn(before, own)) throw refuse('--controlnet', `is given twice as '${own}': give NAME=PATH`, text)
  return { ...before, [own]: path }
}

/** ControlNets of elsewhere, of the commands whose recipes may name some. */
export const controlnetOption = (): Option =>
  new Option(
    '--controlnet <name=path>',
    'a ControlNet, a folder or an ONNX file, that --control and recipes name; default name its own (repeatable)',
  ).argParser(collectControlnet)

/** Which model, of the commands that draw what they are told. */
export const modelOption = (): Option =>
  new Option(
    '--model <model>',
    'an ONNX folder in diffusers’ layout, or a Hugging Face id org/name; default the embedded model',
  )

/** The options, beside `--model` and `--device`, that say which of a model's files are used, and where they are. */
export const modelFileOptions = (): [
  dtype: Option,
  revision: Option,
  subfolder: Option,
  file: Option,
  configs: Option,
  lora: Option,
  embedding: Option,
  loras: Option,
  embeddings: Option,
] => [
  new Option(
    '--dtype <name>',
    'which files: fp32, fp16, q8, q4 …, or by part: unet=fp16 (repeatable); default the most exact',
  ).argParser(collectDtype),
  new Option('--revision <name>', 'branch, tag or commit of a Hugging Face id; default main'),
  new Option('--subfolder <path>', 'where in the folder or repository the model lies; default onnx where it is there'),
  new Option(
    '--file <part=path>',
    'a network that neither folder nor name tells: unet=my-unet.onnx (repeatable)',
  ).argParser(collectNamed('--file', 'unet=my-unet.onnx')),
  new Option('--configs <model>', 'folder or Hugging Face id from which configs and tokenizers come that are missing'),
  new Option(
    '--lora <file:weight>',
    'a LoRA (.safetensors) that is added to the model’s weights; weight 1 by default (repeatable)',
  ).argParser(collectLora),
  new Option(
    '--embedding <file>',
    'a textual inversion (.safetensors) that prompts and negatives name by its file’s name (repeatable)',
  ).argParser(collect),
  new Option('--loras <folder>', 'LoRA files that prompts of syntax a1111 may name: <lora:NAME:0.8>'),
  new Option('--embeddings <folder>', 'textual inversions: all of a folder that fit the model'),
]

/** The options as `node` takes them; what was not given is left out. */
export function modelOptions({
  model,
  device,
  dtype,
  revision,
  subfolder,
  file,
  configs,
  lora = [],
  embedding = [],
  loras,
  embeddings,
  controlnet,
  attention,
  memory,
}: ModelFlags): NodeOptions {
  const all = {
    ...{ model, device, dtype, revision, subfolder, files: file, configs, controlnets: controlnet, attention, memory },
    ...(lora.length > 0 || loras !== undefined ? { loras: [...lora, ...(loras === undefined ? [] : [loras])] } : {}),
    ...(embedding.length > 0 || embeddings !== undefined
      ? { embeddings: [...embedding, ...(embeddings === undefined ? [] : [embeddings])] }
      : {}),
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

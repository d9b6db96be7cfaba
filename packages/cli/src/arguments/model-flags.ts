import type { NodeOptions } from '@neg/node'
import { Option } from 'commander'
import type { AttentionFlag } from './attention'
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
}

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

/** The options, beside `--model` and `--device`, that say which of a model's files are used, and where they are. */
export const modelFileOptions = (): [
  dtype: Option,
  revision: Option,
  subfolder: Option,
  file: Option,
  configs: Option,
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
  attention,
  memory,
}: ModelFlags): NodeOptions {
  const all = { model, device, dtype, revision, subfolder, files: file, configs, attention, memory }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined))
}

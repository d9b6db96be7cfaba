import { type ModelInfo, NegError } from '@neg/core'
import { node, nodeFiles } from '@neg/node'
import { type Architecture, architectures } from '@neg/onnx/denoiser'
import { denoiserPartOf, type MissingFile, missingFiles, networkNames } from '@neg/onnx/internal'
import { type ModelFlags, modelOptions } from '../arguments/model-flags'
import { attentionText } from './attention-text'
import { table } from './table'

/** What a model is to neg. */
export interface ModelDiagnosis {
  /** It opens. */
  readonly ok: boolean
  /** That, or why not. */
  readonly found: string
  /** How its attention is computed here. */
  readonly attention?: ModelInfo['attention']
  /** Which of its networks stay in memory here. */
  readonly memory?: ModelInfo['memory']
  /** Networks that were recognised: part → files, in diffusers' layout. */
  readonly networks: Readonly<Record<string, readonly string[]>>
  /** Other graphs in the folder. */
  readonly unknown: readonly string[]
  /** Configs that it lacks. */
  readonly missing: readonly MissingFile[]
  /** Where it opens, the command that draws with it; else those that mend it. */
  readonly commands: readonly string[]
}

/** A makers' model whose configs most exports go with that have networks of these names. */
function makerOf(networks: readonly string[]): string {
  const encoders = networks.filter((name) => name.startsWith('text_encoder'))
  const covers = (one: Architecture) => encoders.every((name) => one.encoders.includes(name))
  const fitting = [...architectures]
    .filter((one) => networks.includes(one.part) && covers(one))
    .sort((one, other) => one.encoders.length - other.encoders.length)
  return (fitting[0] ?? architectures[0]).maker(networks)
}

const quoted = (text: string) => (/^[\w./:@-]+$/.test(text) ? text : JSON.stringify(text))

/** The options that were given, as they are typed. */
function typed({ model = '', dtype, revision, subfolder, file, configs, controlnet }: ModelFlags): string[] {
  const named = (flag: string, all: Readonly<Record<string, string>>) =>
    Object.entries(all).map(([part, value]) => `${flag} ${quoted(`${part}=${value}`)}`)
  return [
    `--model ${quoted(model)}`,
    ...(dtype === undefined ? [] : typeof dtype === 'string' ? [`--dtype ${quoted(dtype)}`] : named('--dtype', dtype)),
    ...(revision === undefined ? [] : [`--revision ${quoted(revision)}`]),
    ...(subfolder === undefined ? [] : [`--subfolder ${quoted(subfolder)}`]),
    ...(file === undefined ? [] : named('--file', file)),
    ...(configs === undefined ? [] : [`--configs ${quoted(configs)}`]),
    ...(controlnet === undefined ? [] : named('--controlnet', controlnet)),
  ]
}

/**
 * Looks at a model: which networks are recognised, which configs are missing, whether it opens, and the command that mends
 * what does not.
 */
export async function diagnoseModel(flags: ModelFlags): Promise<ModelDiagnosis> {
  const { model, device: _, threads: __, ort: ___, attention: ____, memory: _____, ...ofFiles } = modelOptions(flags)
  const opened = await tried(flags)
  const present = await nodeFiles(model, ofFiles)
    .then((files) => files.list())
    .catch(nothing)
  const graphs = present.filter((path) => path.endsWith('.onnx'))
  const named = (part: string) => graphs.filter((path) => new RegExp(`^${part}/model[^/]*\\.onnx$`).test(path))
  const networks = Object.fromEntries(
    networkNames.flatMap((part) => (named(part).length > 0 ? [[part, named(part)] as const] : [])),
  )
  const unknown = graphs.filter((path) => !Object.values(networks).flat().includes(path))
  const missing = opened.ok || graphs.length === 0 ? [] : missingFiles(present)
  const absent = [denoiserPartOf(present), 'text_encoder', 'vae_decoder'].filter(
    (part) => graphs.length > 0 && !Object.hasOwn(networks, part),
  )
  const command = (...more: readonly string[]) => `neg generate "a dog" ${[...typed(flags), ...more].join(' ')}`
  const maker = makerOf(Object.keys(networks))
  const lacking = [
    ...absent.map((part) => `--file ${part}=PATH`),
    ...(missing.length > 0 && flags.configs === undefined ? [`--configs ${maker}`] : []),
  ]
  const commands = opened.ok
    ? [command()]
    : [
        ...(lacking.length > 0 ? [command(...lacking)] : []),
        ...(/--device cuda/.test(opened.found) ? [command('--device cuda')] : []),
      ]
  return { ...opened, networks, unknown, missing, commands }
}

/** A folder that can't be read has no files; why, opening it says. */
function nothing(error: unknown): readonly string[] {
  if (NegError.isInstance(error)) return []
  throw error
}

async function tried(flags: ModelFlags): Promise<Pick<ModelDiagnosis, 'ok' | 'found' | 'attention' | 'memory'>> {
  try {
    const opened = await node(modelOptions(flags))
    const { numerics, attention, memory, size, scheduler } = opened.info
    await opened.dispose()
    const found = `${flags.model} opens on ${numerics.device}: ${size.width} × ${size.height}, ${scheduler.name}`
    return { ok: true, found, ...(attention ? { attention } : {}), ...(memory ? { memory } : {}) }
  } catch (error) {
    if (!NegError.isInstance(error)) throw error
    return { ok: false, found: `${flags.model} does not open: ${error.message}` }
  }
}

/** Which networks stay in memory, for people. */
const memoryText = ({ networks, why }: NonNullable<ModelInfo['memory']>): string =>
  `Memory\n  ${networks === 'keep' ? 'networks stay once they were opened' : `networks of one stage at a time: ${why ?? 'as asked'}`}`

/** A model's diagnosis for people. */
export function modelDoctorText(diagnosis: ModelDiagnosis): string {
  const { ok, found, attention, memory, networks, unknown, missing, commands } = diagnosis
  const rows = [
    ...Object.entries(networks).map(([part, files]) => [`✓ ${part}`, files.join(', ')]),
    ...unknown.map((path) => ['? not recognised', path]),
    ...missing.map(({ path, says }) => ['✗ missing', `${path}: ${says}`]),
  ]
  const title = ok ? 'Draw with it' : 'To mend it (configs are those of the model that this one was made of)'
  return [
    `${ok ? '✓' : '✗'} ${found}${rows.length > 0 ? `\n${table(rows, '  ')}` : ''}`,
    ...(attention ? [attentionText(attention)] : []),
    ...(memory ? [memoryText(memory)] : []),
    ...(commands.length > 0 ? [`${title}:\n${commands.map((command) => `  ${command}`).join('\n')}`] : []),
  ].join('\n\n')
}

import { availableParallelism, totalmem } from 'node:os'
import { type ModelInfo, NegError } from '@neg/core'
import { type DeviceState, devices, hubCache, installOrt, node as openNode } from '@neg/node'
import { version } from '../version'
import { defaultsLine, modelDefaults } from './model-defaults'
import { table } from './table'

/** One thing that was looked at. */
interface Finding {
  readonly ok: boolean
  readonly found: string
  /** Why it will not do, and the command that mends it. */
  readonly remedy?: string
}

/** What is here to draw with. */
export interface Diagnosis {
  readonly neg: string
  readonly system: string
  readonly node: Finding
  readonly runtime: Finding
  readonly devices: readonly DeviceState[]
  readonly model: Finding
  /** The model that was asked about. */
  readonly opened?: Finding & { readonly attention?: ModelInfo['attention'] }
  readonly hubCache: string
  /** A picture can be drawn. */
  readonly ready: boolean
}

/** The oldest Node that neg runs on. */
const oldest = [20, 0]

export function nodeFinding(found: string): Finding {
  const [major, minor] = found.replace(/^v/, '').split('.').map(Number)
  const ok = major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
  return ok ? { ok, found } : { ok, found, remedy: `neg needs Node ${oldest.join('.')} or newer` }
}

async function runtimeFinding(): Promise<Finding> {
  try {
    const { default: ort } = await import('onnxruntime-node')
    return { ok: true, found: ort.env.versions.node ?? ort.env.versions.common }
  } catch (error) {
    return {
      ok: false,
      found: `none: ${(error as Error).message.split('\n')[0]}`,
      remedy: installOrt,
    }
  }
}

async function modelFinding(): Promise<Finding> {
  try {
    const { default: folder } = await import('@neg/portraits')
    const draws = await modelDefaults(folder, 'portraits')
    if ('error' in draws) return { ok: false, found: draws.error, remedy: 'npm install @neg/portraits' }
    return { ok: true, found: `${folder}; draws with ${defaultsLine(draws.defaults)}` }
  } catch {
    return { ok: false, found: 'none', remedy: 'npm install @neg/portraits, or draw with --model FOLDER' }
  }
}

/** Opens a model and says how its attention is computed here. */
async function openedFinding(model: string, device: string): Promise<NonNullable<Diagnosis['opened']>> {
  try {
    const opened = await openNode({ model, device })
    const { numerics, attention } = opened.info
    await opened.dispose()
    return { ok: true, found: `${model} opens on ${numerics.device}`, ...(attention ? { attention } : {}) }
  } catch (error) {
    if (!NegError.isInstance(error)) throw error
    return { ok: false, found: `${model} does not open: ${error.message}` }
  }
}

export async function diagnose(ask: { readonly model?: string; readonly device?: string } = {}): Promise<Diagnosis> {
  const node = nodeFinding(process.version)
  const runtime = await runtimeFinding()
  const model = await modelFinding()
  const states = runtime.ok ? await devices().catch(nothing) : []
  const opened = ask.model === undefined ? undefined : await openedFinding(ask.model, ask.device ?? 'auto')
  const memory = `${(totalmem() / 2 ** 30).toFixed(0)} GiB`
  return {
    neg: version,
    system: `${process.platform} ${process.arch}, ${availableParallelism()} cores, ${memory}`,
    node,
    runtime,
    devices: states,
    model,
    ...(opened ? { opened } : {}),
    hubCache: hubCache(),
    ready: node.ok && states.some(({ available }) => available) && (opened?.ok ?? true),
  }
}

function nothing(error: unknown): DeviceState[] {
  if (NegError.isInstance(error)) return [{ name: 'cpu', available: false, reason: error.message }]
  throw error
}

/** A reason's first line, without the place in ONNX Runtime's sources and the condition that was checked there. */
export const reasonText = (reason: string): string => reason.split('\n')[0].replace(/^\S+\.cc:\d+ .* was false\. /, '')

const mark = (ok: boolean) => (ok ? '✓' : '✗')

const computed = {
  fused: 'by the device’s own kernel, proven here',
  sliced: 'over slices of queries',
  exported: 'as exported',
} as const

/** How a model's attention is computed, a line a network. */
export function attentionText({ by, layers, why }: NonNullable<ModelInfo['attention']>): string {
  const count = (n: number) => `${n} ${n === 1 ? 'layer' : 'layers'}`
  const lines = Object.entries(layers).map(([part, { closed, exported }]) => [
    part,
    [
      ...(closed > 0 ? [`${count(closed)} ${computed[by]}`] : []),
      ...(exported > 0 ? [`${count(exported)} ${computed.exported}`] : []),
    ].join(', ') || 'none',
  ])
  return `Attention\n${table(lines, '  ')}${why === undefined ? '' : `\n  ${why}`}`
}

export function doctorText({ neg, system, node, runtime, devices, model, opened, hubCache, ready }: Diagnosis): string {
  const line = (name: string, { ok, found, remedy }: Finding) => [
    `${mark(ok)} ${name}`,
    remedy ? `${found}. To mend it: ${remedy}` : found,
  ]
  const device = ({ name, available, reason = '', remedy }: DeviceState) => [
    `${mark(available)} ${name}`,
    available ? 'computes' : `${reasonText(reason)}${remedy ? `\n    to get it: ${remedy}` : ''}`,
  ]
  return [
    `neg ${neg} on ${system}`,
    table([line('Node', node), line('ONNX Runtime', runtime), line('embedded model', model)]),
    `Devices\n${table(devices.map(device), '  ')}`,
    ...(opened ? [`${mark(opened.ok)} ${opened.found}`] : []),
    ...(opened?.attention ? [attentionText(opened.attention)] : []),
    `Hugging Face cache: ${hubCache}`,
    ready ? 'Ready to draw.\n' : 'Nothing can be drawn here yet; see above.\n',
  ].join('\n\n')
}

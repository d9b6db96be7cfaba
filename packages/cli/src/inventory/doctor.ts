import { availableParallelism, totalmem } from 'node:os'
import { NegError } from '@neg/core'
import type { DeviceState } from '@neg/node'
import { hubCache, installOrt } from '@neg/node/internal'
import type { ModelFlags } from '../arguments/model-flags'
import { version } from '../version'
import { devicesApart } from './devices-apart'
import { diagnoseModel, type ModelDiagnosis, modelDoctorText } from './doctor-model'
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
  readonly opened?: ModelDiagnosis
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

export async function diagnose(ask: ModelFlags = {}): Promise<Diagnosis> {
  const node = nodeFinding(process.version)
  const runtime = await runtimeFinding()
  const model = await modelFinding()
  const states = runtime.ok ? await devicesApart().catch(nothing) : []
  const opened = ask.model === undefined ? undefined : await diagnoseModel(ask)
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
    ...(opened ? [modelDoctorText(opened)] : []),
    `Hugging Face cache: ${hubCache}`,
    ready ? 'Ready to draw.\n' : 'Nothing can be drawn here yet; see above.\n',
  ].join('\n\n')
}

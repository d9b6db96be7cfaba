import { type Json, NegError, type SchedulerSpec } from '@neg/core'
import * as z from 'zod'
import type { ModelFiles } from '../files/model-files'
import { notFinite, readJson } from '../files/read-json'
import { schedulerKeys } from './scheduler-keys'

const schema = z.looseObject({ _class_name: z.string() })
const path = 'scheduler/scheduler_config.json'

/** "No limit", which the schedulers have as null. */
const unlimited = new Set<unknown>([notFinite.plus, notFinite.minus])

/** Whether a value has a type; its range is the scheduler's to check, when it is chosen. */
function hasType(value: unknown, type: string): boolean {
  if (type.endsWith('[]')) return Array.isArray(value) && value.every((one) => hasType(one, type.slice(0, -2)))
  return typeof value === (type === 'integer' ? 'number' : type)
}

/** Checks every key that any scheduler reads: a run may choose another than the folder's own. */
function checkTypes(config: Readonly<Record<string, unknown>>, name: string): void {
  for (const [key, value] of Object.entries(config)) {
    const type = schedulerKeys.get(key)
    if (value === null || type === undefined || hasType(value, type)) continue
    throw new NegError(
      'model-file-malformed',
      `${path} of ${name} is refused. ${key}: expected ${type}, got ${JSON.stringify(value)?.slice(0, 80)}.`,
      { where: path },
    )
  }
}

/** `scheduler/scheduler_config.json`: diffusers' class name and its keys; keys of diffusers' own (`_…`) are left out. */
export async function readSchedulerConfig(files: ModelFiles): Promise<SchedulerSpec> {
  const { _class_name: name, ...rest } = await readJson(files, path, schema)
  const entries = Object.entries(rest)
    .filter(([key]) => !key.startsWith('_'))
    .map(([key, value]) => [key, unlimited.has(value) ? null : value])
  const config: Record<string, unknown> = Object.fromEntries(entries)
  checkTypes(config, files.name)
  return { name, config: config as Record<string, Json> }
}

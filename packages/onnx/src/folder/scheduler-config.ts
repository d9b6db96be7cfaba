import { type Json, NegError, type SchedulerSpec } from '@neg/core'
import { type SchedulerOption, schedulerEntries } from '@neg/core/schedulers'
import * as z from 'zod'
import type { ModelFiles } from '../files/model-files'
import { notFinite, readJson } from '../files/read-json'

const schema = z.looseObject({ _class_name: z.string() })
const path = 'scheduler/scheduler_config.json'

/** "No limit", which the schedulers have as null. */
const unlimited = new Set<unknown>([notFinite.plus, notFinite.minus])

type JsonSchema = SchedulerOption['schema']

/** Whether a value has a type that a JSON schema allows; its range is the scheduler's to check, when it is chosen. */
function hasType(value: unknown, schema: JsonSchema): boolean {
  if (Array.isArray(schema.anyOf)) return schema.anyOf.some((one) => hasType(value, one as JsonSchema))
  return [schema.type].flat().some((type) => {
    if (type === 'array') return Array.isArray(value) && value.every((one) => hasType(one, schema.items as JsonSchema))
    return typeof value === (type === 'integer' ? 'number' : type)
  })
}

const typesOf = (schema: JsonSchema): unknown[] =>
  (Array.isArray(schema.anyOf)
    ? schema.anyOf.flatMap((one) => typesOf(one as JsonSchema))
    : [schema.type].flat()
  ).filter((type) => type !== 'null')

/** Checks every key that any scheduler reads: a run may choose another than the folder's own. */
function checkTypes(config: Readonly<Record<string, unknown>>, name: string): void {
  for (const [key, value] of Object.entries(config)) {
    if (value === null) continue
    const readers = schedulerEntries().flatMap(({ options }) => options.filter((option) => option.name === key))
    if (readers.length === 0 || readers.some((option) => hasType(value, option.schema))) continue
    const types = [...new Set(readers.flatMap((option) => typesOf(option.schema)))]
    throw new NegError(
      'model-file-malformed',
      `${path} of ${name} is refused. ${key}: expected ${types.join(' or ')}, got ${JSON.stringify(value)?.slice(0, 80)}.`,
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

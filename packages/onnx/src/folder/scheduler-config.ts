import type { Json, SchedulerSpec } from '@neg/core'
import * as z from 'zod'
import type { ModelFiles } from '../files/model-files'
import { readJson } from '../files/read-json'

const schema = z.looseObject({ _class_name: z.string() })

/** `scheduler/scheduler_config.json`: diffusers' class name and its keys; keys of diffusers' own (`_…`) are left out. */
export async function readSchedulerConfig(files: ModelFiles): Promise<SchedulerSpec> {
  const { _class_name: name, ...rest } = await readJson(files, 'scheduler/scheduler_config.json', schema)
  const config = Object.fromEntries(Object.entries(rest).filter(([key]) => !key.startsWith('_')))
  return { name, config: config as Record<string, Json> }
}

import { NegError } from '@neg/core'
import * as z from 'zod'
import type { ProgressCallback } from './hub/progress'
import { deviceNames } from './runtime/devices'
import type { NodeOrt } from './runtime/import-ort'

const schema = z.strictObject({
  model: z.string().min(1).optional(),
  device: z.string().optional(),
  dtype: z.union([z.string(), z.record(z.string(), z.string())]).optional(),
  threads: z.number().int().min(1).max(1024).optional(),
  mixPictures: z.boolean().optional(),
  attention: z.enum(['auto', 'sliced', 'exported']).optional(),
  revision: z.string().min(1).optional(),
  cache_dir: z.string().min(1).optional(),
  local_files_only: z.boolean().optional(),
  progress_callback: z.custom<ProgressCallback>((value) => typeof value === 'function').optional(),
  ort: z.custom<string | NodeOrt>().optional(),
  signal: z.instanceof(AbortSignal).optional(),
})

/** Which model, and what to run it on. */
export type NodeOptions = z.input<typeof schema>

/** @throws `option-unknown`, `option-invalid`, `device-unknown` */
export function parseOptions(options: NodeOptions): NodeOptions {
  const parsed = schema.safeParse(options)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = issue.path.join('.')
    if (issue.code === 'unrecognized_keys') {
      const known = Object.keys(schema.shape).join(', ')
      throw new NegError('option-unknown', `node() has no option '${issue.keys.join("', '")}'; it has ${known}.`, {
        where: issue.keys[0],
      })
    }
    throw new NegError('option-invalid', `The option ${where} of node() is refused: ${issue.message}.`, { where })
  }
  const { device } = parsed.data
  if (device !== undefined && device !== 'auto' && !(deviceNames as readonly string[]).includes(device)) {
    throw new NegError('device-unknown', `There is no device '${device}'; there are auto, ${deviceNames.join(', ')}.`, {
      where: 'device',
    })
  }
  return parsed.data
}

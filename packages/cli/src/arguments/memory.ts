import type { MemoryOption } from '@neg/onnx'
import { Option } from 'commander'

/** The option of every command that opens a model. */
export interface MemoryFlag {
  readonly memory?: MemoryOption
}

const choices: readonly MemoryOption[] = ['auto', 'keep', 'low']

/** Which of a model's networks stay in memory. */
export const memoryOption = (): Option =>
  new Option(
    '--memory <how>',
    'auto (by the model’s size and free memory; default), keep: all networks, or low: one stage’s at a time, large pictures in tiles',
  ).choices(choices)

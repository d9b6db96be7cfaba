import type { AttentionOption } from '@neg/onnx'
import { Option } from 'commander'

/** The option of every command that opens a model. */
export interface AttentionFlag {
  readonly attention?: AttentionOption
}

const choices: readonly AttentionOption[] = ['auto', 'sliced', 'exported']

/** How a model's attention is computed. */
export const attentionOption = (): Option =>
  new Option(
    '--attention <how>',
    'auto (the device’s own kernel where it proves right, else slices; default), sliced, or exported: as the model has it',
  ).choices(choices)

/**
 * Every error code of neg, with whose mistake it is. Codes are stable: programs may branch on them.
 *
 * `usage` errors are mended by the caller (an option, a recipe, a file name); the CLI exits with 2.
 * `failure` errors come from a file's content, the device, the network or a bug; the CLI exits with 1.
 */
export const errorKinds = {
  // what the caller asked for
  'option-invalid': 'usage',
  'option-unknown': 'usage',
  'command-unknown': 'usage',
  'recipe-invalid': 'usage',
  'prompt-invalid': 'usage',
  'size-invalid': 'usage',
  'seed-invalid': 'usage',
  'scheduler-unknown': 'usage',
  'scheduler-option-unknown': 'usage',
  'scheduler-option-invalid': 'usage',
  'schedule-invalid': 'usage',
  'guidance-unknown': 'usage',
  'guidance-option-invalid': 'usage',
  'guidance-unsupported': 'usage',
  'guidance-order': 'usage',
  'negative-unsupported': 'usage',
  'conversion-undefined': 'usage',
  'plugin-invalid': 'usage',
  'image-missing': 'usage',
  'image-mismatch': 'usage',
  'record-missing': 'usage',
  // what was found on the way
  'image-malformed': 'failure',
  'model-missing': 'failure',
  'model-file-missing': 'failure',
  'model-file-malformed': 'failure',
  'model-unsupported': 'failure',
  'model-mismatch': 'failure',
  'tokenizer-malformed': 'failure',
  'device-unknown': 'usage',
  'device-unavailable': 'failure',
  'runtime-missing': 'failure',
  'runtime-failed': 'failure',
  'out-of-memory': 'failure',
  'prediction-not-finite': 'failure',
  'decode-not-finite': 'failure',
  'worker-lost': 'failure',
  disposed: 'failure',
  'download-failed': 'failure',
  'download-unauthorized': 'failure',
  'download-not-found': 'failure',
  'download-corrupt': 'failure',
  'download-offline': 'failure',
  'write-failed': 'failure',
  'read-failed': 'failure',
  'guidance-bounds': 'failure',
  'plugin-failed': 'failure',
  internal: 'failure',
} as const satisfies Record<string, 'usage' | 'failure'>

export type ErrorCode = keyof typeof errorKinds

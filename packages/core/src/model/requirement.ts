/** What a run may need beyond plain denoising. Checked against model, scheduler and run before the first step. */
export type Requirement =
  | 'encode-image'
  | 'read-image'
  | 'attention.capture'
  | `attention.edit:${string}`
  | `gradient:${string}`
  | `model:${string}`
  | 'scheduler.split'
  | 'scheduler.transition'

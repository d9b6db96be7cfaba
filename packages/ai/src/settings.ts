import type { RunOptions } from '@neg/core'
import type { RemoteEvent } from '@neg/remote/jobs'

/** What `neg` makes an image model with. */
export interface NegSettings extends Pick<RunOptions, 'plugins' | 'models'> {
  /** Which of a server's models; default its first. An error with a model that is not on a server. */
  readonly model?: string
  /** Called for every event of every run: progress, previews, warnings; of a server also where its job stands. Default not. */
  readonly onEvent?: (event: RemoteEvent, picture: { readonly index: number; readonly seed: string }) => void
  /** Decode the predicted clean image every so many steps, as `preview` events. Default never. */
  readonly previews?: { readonly every: number }
}

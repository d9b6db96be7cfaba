/**
 * What a download tells, in transformers.js' words: `initiate` a file is looked up, `download` its bytes begin, `progress` some
 * arrived, `progress_total` the same over all of the model's files that are known, `done` the file is there (also when it was kept
 * from before), `ready` all of them are; in a browser, that the model can be used.
 */
export interface ProgressEvent {
  readonly status: 'initiate' | 'download' | 'progress' | 'progress_total' | 'done' | 'ready'
  /** The model. */
  readonly name: string
  /** The file's path in the model's folder; absent for `progress_total` and `ready`. */
  readonly file?: string
  /** Bytes so far, those of an earlier attempt included. */
  readonly loaded?: number
  /** Bytes in all; absent where the server doesn't say. */
  readonly total?: number
  /** Percent. */
  readonly progress?: number
}

export type ProgressCallback = (event: ProgressEvent) => void

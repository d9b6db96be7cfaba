/** A message channel between a caller and the worker that hosts a model: worker_threads, a web worker, or a MessageChannel. */
export interface Port {
  post(message: unknown, transfer?: readonly ArrayBuffer[]): void
  /** Messages from the other side; `lost` when there won't be any more, with the reason. Called once. */
  listen(message: (data: unknown) => void, lost: (reason: Error) => void): void
  /** Hands over the messages that have come and wait for the event loop: at once, or where that takes the loop's turn when what it gives resolves. */
  poll?(): undefined | Promise<void>
  /** Whether calls wait for an answer: a thread may keep its process alive just as long. */
  hold?(busy: boolean): void
}

import { Interrupted } from './exit-code'

/**
 * Runs work that Ctrl-C (or SIGTERM) aborts: the signal's reason is `Interrupted`. A second Ctrl-C ends the process at
 * once. Files are written under another name and moved when whole, so neither leaves half a file.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController()
  const interrupt = (code: number) => () => {
    if (controller.signal.aborted) process.exit(code)
    controller.abort(new Interrupted(code))
  }
  const handlers = { SIGINT: interrupt(130), SIGTERM: interrupt(143) }
  for (const [name, handler] of Object.entries(handlers)) process.on(name, handler)
  try {
    const result = await work(controller.signal)
    controller.signal.throwIfAborted()
    return result
  } finally {
    for (const [name, handler] of Object.entries(handlers)) process.off(name, handler)
  }
}

import { toCrossed } from './crossed-error'
import type { Request, Response } from './messages'
import type { Port } from './port'
import { transferables } from './transferables'

/** What a worker does for its caller. */
export interface Answers {
  call(method: string, args: readonly unknown[], signal: AbortSignal): Promise<unknown>
  /** Whether an answer's arrays were made for the caller and move to it; else they are copied. */
  transfer(method: string): boolean
  release(handle: number): void
}

/** The worker's side of `createCalls`: answers what comes over a port; an aborted call's signal aborts. */
export function answerCalls(port: Port, { call, transfer, release }: Answers): void {
  const running = new Map<number, AbortController>()
  const answer = (response: Response, moved: readonly ArrayBuffer[] = []) => port.post(response, moved)

  port.listen(
    (data) => {
      const request = data as Request
      if (request.kind === 'abort') return running.get(request.id)?.abort()
      if (request.kind === 'release') return release(request.handle)
      const { id, method, args } = request
      const controller = new AbortController()
      running.set(id, controller)
      call(method, args, controller.signal)
        .then((value) => answer({ kind: 'result', id, value }, transfer(method) ? transferables(value) : []))
        .catch((error: unknown) => answer({ kind: 'error', id, error: toCrossed(error) }))
        .finally(() => running.delete(id))
    },
    () => {
      for (const controller of running.values()) controller.abort()
    },
  )
}

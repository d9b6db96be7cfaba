import { toCrossed } from './crossed-error'
import type { Request, Response } from './messages'
import type { Port } from './port'
import { transferables } from './transferables'

/** What a worker does for its caller. */
export interface Answers {
  /** @param tell What the caller gets before the answer: at once where it watches the call, else together with it. */
  call(method: string, args: readonly unknown[], signal: AbortSignal, tell: (value: unknown) => void): Promise<unknown>
  /** Whether an answer's arrays were made for the caller and move to it; else they are copied. */
  transfer(method: string): boolean
  release(handle: number): void
}

interface Running {
  readonly controller: AbortController
  /** What was told and not sent yet. */
  told: unknown[]
  watched: boolean
}

/** The worker's side of `createCalls`: answers what comes over a port; an aborted call's signal aborts. */
export function answerCalls(port: Port, { call, transfer, release }: Answers): void {
  const running = new Map<number, Running>()
  const answer = (response: Response, moved: readonly ArrayBuffer[] = []) => port.post(response, moved)
  const send = (id: number, one: Running) => {
    const { told } = one
    one.told = []
    if (told.length > 0) answer({ kind: 'told', id, told })
  }

  port.listen(
    (data) => {
      const request = data as Request
      if (request.kind === 'release') return release(request.handle)
      const { id } = request
      if (request.kind === 'abort') return running.get(id)?.controller.abort()
      if (request.kind === 'watch') {
        const watched = running.get(id)
        if (!watched) return
        watched.watched = true
        return send(id, watched)
      }
      const { method, args } = request
      const one: Running = { controller: new AbortController(), told: [], watched: false }
      running.set(id, one)
      const tell = (value: unknown) => {
        one.told.push(value)
        if (one.watched) send(id, one)
      }
      call(method, args, one.controller.signal, tell)
        .then((value) => {
          // One message: what was told and the answer may share arrays.
          const { told } = one
          answer({ kind: 'result', id, value, told }, transfer(method) ? transferables([value, told]) : [])
        })
        .catch((error: unknown) => answer({ kind: 'error', id, error: toCrossed(error), told: one.told }))
        .finally(() => running.delete(id))
    },
    () => {
      for (const { controller } of running.values()) controller.abort()
    },
  )
}

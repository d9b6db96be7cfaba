import type { CallOptions } from '../json/json'
import type { DenoiseRequest, DenoiseResult } from '../model/denoise'
import type { DiffusionModel } from '../model/diffusion-model'

const marker = Symbol.for('neg.batched')

/** A model that joins what several runs ask for. */
export interface BatchedModel extends DiffusionModel {
  readonly [marker]: true
  /** A run begins denoising; the returned function says that it has finished. `generate` does both. */
  join(): () => void
}

export const isBatched = (model: DiffusionModel): model is BatchedModel => marker in model

interface Waiting {
  readonly request: DenoiseRequest
  readonly signal: AbortSignal | undefined
  resolve(result: DenoiseResult): void
  reject(error: unknown): void
}

/**
 * Joins the rows of all runs on a model: they are sent in one request once every live run waits for the network or has
 * finished. Give the returned model to several `generate` calls. The backend decides how a request becomes session calls;
 * where it keeps pictures apart (CPU default), each picture is bit-equal to its single run.
 */
export function batched(model: DiffusionModel): BatchedModel {
  let live = 0
  let waiting: Waiting[] = []
  let scheduled = false
  let fresh = true

  const check = () => {
    if (waiting.length > 0 && waiting.length >= live) send()
  }
  /** Where a run has just begun, in a later turn: others that begin with it are then counted. */
  const schedule = () => {
    if (!fresh) return check()
    if (scheduled) return
    scheduled = true
    setTimeout(() => {
      scheduled = false
      fresh = false
      check()
    }, 0)
  }

  const send = () => {
    const group = waiting
    waiting = []
    const controller = new AbortController()
    const rows = group.flatMap(({ request }) => request.rows)
    const forget = abortWhenNobodyWaits(group, controller)
    model
      .denoise({ rows }, { signal: controller.signal })
      .then(
        (result) => {
          let from = 0
          for (const { request, resolve } of group) {
            const own = result.rows.slice(from, from + request.rows.length)
            from += request.rows.length
            // The group's time is shared by its rows, so that the runs' network times add up to it.
            resolve({ ...result, rows: own, ms: (result.ms * own.length) / rows.length })
          }
        },
        (error) => {
          for (const { reject } of group) reject(error)
        },
      )
      .finally(forget)
  }

  return {
    ...model,
    [marker]: true,
    join() {
      live++
      fresh = true
      let left = false
      return () => {
        if (left) return
        left = true
        live--
        schedule()
      }
    },
    denoise: (request, { signal }: CallOptions) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const stop = () => {
          waiting = waiting.filter((other) => other !== entry)
          reject(signal?.reason)
          schedule()
        }
        // A run has one signal and a call for every step: listeners must not pile up.
        const settle = () => signal?.removeEventListener('abort', stop)
        const entry: Waiting = {
          request,
          signal,
          resolve(result) {
            settle()
            resolve(result)
          },
          reject(error) {
            settle()
            reject(error)
          },
        }
        waiting.push(entry)
        signal?.addEventListener('abort', stop, { once: true })
        schedule()
      }),
  }
}

/** A joined request is given up only when every run in it was aborted. The returned function ends the watch. */
function abortWhenNobodyWaits(group: readonly Waiting[], controller: AbortController): () => void {
  let left = group.length
  const watches = group.map(({ signal }) => {
    const leave = () => {
      if (--left === 0) controller.abort(signal?.reason)
    }
    signal?.addEventListener('abort', leave, { once: true })
    return () => signal?.removeEventListener('abort', leave)
  })
  return () => {
    for (const end of watches) end()
  }
}

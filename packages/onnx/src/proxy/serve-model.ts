import { type Conditioning, NegError, type PromptInput } from '@neg/core'
import type { OnnxModel } from '../model/onnx-model'
import { toCrossed } from './crossed-error'
import type { CrossedConditioning, CrossedRow, LoadedModel, Method, Request, Response } from './messages'
import type { Port } from './port'
import { transferables } from './transferables'

const optional = ['encodeImage', 'gradient', 'classify'] as const

/**
 * The worker's side: loads a model when the caller asks, and answers its calls.
 *
 * @param load makes the model from the options that the caller gave `connectModel`
 */
export function serveModel<O>(port: Port, load: (options: O, signal: AbortSignal) => Promise<OnnxModel>): void {
  let model: OnnxModel | undefined
  let handles = 0
  const conditionings = new Map<number, Conditioning>()
  const running = new Map<number, AbortController>()

  const loaded = (): OnnxModel => {
    if (model) return model
    throw new NegError('disposed', 'No model is loaded.')
  }
  const held = (handle: number): Conditioning => {
    const conditioning = conditionings.get(handle)
    if (conditioning) return conditioning
    throw new NegError('internal', 'A conditioning was used after it was released.')
  }
  const hold = (conditioning: Conditioning): CrossedConditioning => {
    const handle = ++handles
    conditionings.set(handle, conditioning)
    const { id, words, length, warnings } = conditioning
    return { handle, id, words, length, warnings }
  }
  const row = ({ conditioning, edit, ...rest }: CrossedRow) => {
    const against = edit?.against === undefined ? {} : { against: held(edit.against) }
    return {
      ...rest,
      conditioning: held(conditioning),
      ...(edit ? { edit: { name: edit.name, options: edit.options, ...against } } : {}),
    }
  }
  const missing = (method: Method) => new NegError('internal', `The model has no ${method}.`)

  const call = async (method: Method, args: readonly unknown[], signal: AbortSignal): Promise<unknown> => {
    // The caller's side of this package wrote these arguments.
    const [first, second] = args as [never, never]
    switch (method) {
      case 'load': {
        model = await load(first as O, signal)
        const { info, provides } = model
        const methods = optional.filter((name) => model?.[name] !== undefined)
        return { info, provides, methods } satisfies LoadedModel
      }
      case 'prepare':
        return loaded().prepare(first, { signal })
      case 'encode': {
        const size = second as { width: number; height: number }
        const made = await loaded().encode(first as readonly PromptInput[], { ...size, signal })
        return made.map(hold)
      }
      case 'tensors':
        return held(first).tensors?.()
      case 'denoise':
        return loaded().denoise({ rows: (first as readonly CrossedRow[]).map(row) }, { signal })
      case 'decode':
        return loaded().decode(first, { signal })
      case 'encodeImage':
        return loaded().encodeImage?.(first, { signal }) ?? Promise.reject(missing(method))
      case 'gradient':
        return loaded().gradient?.(first, second, { signal }) ?? Promise.reject(missing(method))
      case 'classify':
        return loaded().classify?.(first, { signal }) ?? Promise.reject(missing(method))
      case 'dispose': {
        const last = model
        model = undefined
        conditionings.clear()
        return last?.dispose()
      }
    }
  }

  const answer = (response: Response, transfer: readonly ArrayBuffer[] = []) => port.post(response, transfer)

  port.listen(
    (data) => {
      const request = data as Request
      if (request.kind === 'abort') return running.get(request.id)?.abort()
      if (request.kind === 'release') {
        conditionings.get(request.handle)?.release()
        conditionings.delete(request.handle)
        return
      }
      const { id, method, args } = request
      const controller = new AbortController()
      running.set(id, controller)
      call(method, args, controller.signal)
        // A conditioning's tensors stay here; everything else was made for the caller.
        .then((value) => answer({ kind: 'result', id, value }, method === 'tensors' ? [] : transferables(value)))
        .catch((error: unknown) => answer({ kind: 'error', id, error: toCrossed(error) }))
        .finally(() => running.delete(id))
    },
    () => {
      for (const controller of running.values()) controller.abort()
    },
  )
}

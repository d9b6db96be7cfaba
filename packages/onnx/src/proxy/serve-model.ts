import { NegError, type RecipeInput } from '@neg/core'
import type { Conditioning, PromptInput } from '@neg/core/adapter'
import type { draw, HostedOptions } from '@neg/core/internal'
import type { OnnxModel } from '../model/onnx-model'
import { answerCalls } from './answer-calls'
import type { CrossedConditioning, CrossedRow, LoadedModel, Method } from './messages'
import type { Port } from './port'

const optional = ['encodeImage', 'gradient', 'classify', 'judge'] as const

/**
 * The worker's side: loads a model when the caller asks, and answers its calls.
 *
 * @param load makes the model from the options that the caller gave `connectModel`
 * @param options.draw core's, where whole runs are to be drawn in this thread: it brings all guidances and schedulers along
 */
export function serveModel<O>(
  port: Port,
  load: (options: O, signal: AbortSignal) => Promise<OnnxModel>,
  options: { readonly draw?: typeof draw } = {},
): void {
  let model: OnnxModel | undefined
  let handles = 0
  const conditionings = new Map<number, Conditioning>()

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
    const { against, ...plain } = edit ?? {}
    const second = against === undefined ? {} : { against: held(against) }
    return {
      ...rest,
      conditioning: held(conditioning),
      ...(edit ? { edit: { name: edit.name, options: edit.options, ...plain, ...second } } : {}),
    }
  }
  /** For runs drawn here: from one network call to the next the event loop gets no turn, and an abort is to be polled before it. */
  const polledBeforeCalls = (model: OnnxModel): OnnxModel => {
    const polled =
      <A extends readonly unknown[], R>(method: (...args: A) => Promise<R>) =>
      (...args: A): Promise<R> =>
        port.poll?.()?.then(() => method(...args)) ?? method(...args)
    const { denoise, decode, gradient } = model
    const more = gradient ? { gradient: polled(gradient) } : {}
    return { ...model, denoise: polled(denoise), decode: polled(decode), ...more }
  }
  const missing = (method: Method) => new NegError('internal', `The model has no ${method}.`)

  const call = async (
    method: Method,
    args: readonly unknown[],
    signal: AbortSignal,
    tell: (value: unknown) => void,
  ): Promise<unknown> => {
    // The caller's side of this package wrote these arguments.
    const [first, second] = args as [never, never]
    switch (method) {
      case 'load': {
        model = await load(first as O, signal)
        const { info, provides } = model
        const methods = optional.filter((name) => model?.[name] !== undefined)
        return { info, provides, methods, draws: options.draw !== undefined } satisfies LoadedModel
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
        return loaded().encodeImage?.(first, { signal, hide: second }) ?? Promise.reject(missing(method))
      case 'gradient':
        return loaded().gradient?.(first, second, { signal }) ?? Promise.reject(missing(method))
      case 'classify':
        return loaded().classify?.(first, { signal }) ?? Promise.reject(missing(method))
      case 'judge':
        return loaded().judge?.(first, { signal }) ?? Promise.reject(missing(method))
      case 'draw':
        return (
          options.draw?.(polledBeforeCalls(loaded()), first as RecipeInput, second as HostedOptions, tell, signal) ??
          Promise.reject(missing(method))
        )
      case 'dispose': {
        const last = model
        model = undefined
        conditionings.clear()
        return last?.dispose()
      }
    }
  }

  answerCalls(port, {
    call: (method, args, signal, tell) => call(method as Method, args, signal, tell),
    // A conditioning's tensors stay here; everything else was made for the caller.
    transfer: (method) => method !== 'tensors',
    release(handle) {
      conditionings.get(handle)?.release()
      conditionings.delete(handle)
    },
  })
}

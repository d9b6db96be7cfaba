import { type CallOptions, NegError, type Pixels, type RunEvent, type RunResult, type Tensor } from '@neg/core'
import type { AttentionEdit, Conditioning, DenoiseResult, DenoiseRow, PromptInput } from '@neg/core/adapter'
import { hostRuns } from '@neg/core/internal'
import type { Judgement } from '../classifiers/image-classifier'
import type { OnnxModel } from '../model/onnx-model'
import type { Posterior } from '../vae/encode'
import { createCalls } from './calls'
import type { CrossedConditioning, CrossedRow, LoadedModel } from './messages'
import type { Port } from './port'

export interface ConnectOptions<O> extends CallOptions {
  readonly port: Port
  /** What the worker's `serveModel` loads from: structured-clonable. */
  readonly load: O
  /** Ends the worker; called once, after the model was disposed of or failed to load. */
  end(): Promise<void>
}

/**
 * The caller's side: asks a worker to load a model and stands for it here. Weights, conditioning and attention stay
 * there; latents, predictions and pictures cross. A run that is data alone crosses as a whole where the worker draws runs.
 *
 * Aborting a call rejects at once; a network call in flight ends in the background.
 */
export async function connectModel<O>({ port, load, end, signal }: ConnectOptions<O>): Promise<OnnxModel> {
  const calls = createCalls(port)
  const { info, provides, methods, draws } = (await calls
    .call('load', [load], { signal })
    .catch(async (error: unknown) => {
      await end()
      throw error
    })) as LoadedModel

  const handles = new WeakMap<Conditioning, number>()
  // A handle that nobody released and nobody can reach would keep its tensors for ever.
  const forgotten = new FinalizationRegistry<number>((handle) => calls.release(handle))

  const received = (crossed: CrossedConditioning, prompt: PromptInput): Conditioning => {
    const { handle, id, words, length, warnings } = crossed
    const conditioning: Conditioning = {
      id,
      prompt,
      words,
      length,
      warnings,
      tensors: () => calls.call('tensors', [handle]) as Promise<Readonly<Record<string, Tensor>>>,
      release() {
        if (!handles.delete(conditioning)) return
        forgotten.unregister(conditioning)
        calls.release(handle)
      },
    }
    handles.set(conditioning, handle)
    forgotten.register(conditioning, handle, conditioning)
    return conditioning
  }
  const handleOf = (conditioning: Conditioning): number => {
    const handle = handles.get(conditioning)
    if (handle !== undefined) return handle
    throw new NegError(
      'internal',
      `A conditioning was used that is not encoded by this model: it was released, or another model made it (${conditioning.id}).`,
    )
  }
  const crossedEdit = ({ against, ...rest }: AttentionEdit): CrossedRow['edit'] => ({
    ...rest,
    ...(against ? { against: handleOf(against) } : {}),
  })
  const crossedRow = ({ conditioning, edit, ...rest }: DenoiseRow): CrossedRow => ({
    ...rest,
    conditioning: handleOf(conditioning),
    ...(edit ? { edit: crossedEdit(edit) } : {}),
  })

  let disposed: Promise<void> | undefined
  const model: OnnxModel = {
    info,
    provides,
    prepare: (needs, options) => calls.call('prepare', [needs], options) as Promise<{ readonly graph: string }>,
    async encode(prompts, { width, height, signal }) {
      const drop = (value: unknown) => {
        for (const { handle } of value as readonly CrossedConditioning[]) calls.release(handle)
      }
      const made = await calls.call('encode', [prompts, { width, height }], { signal }, drop)
      return (made as readonly CrossedConditioning[]).map((crossed, i) => received(crossed, prompts[i]))
    },
    denoise: async ({ rows }, options) =>
      calls.call('denoise', [rows.map(crossedRow)], options) as Promise<DenoiseResult>,
    decode: (latents, options) => calls.call('decode', [latents], options) as Promise<Pixels>,
    ...(methods.includes('encodeImage')
      ? {
          encodeImage: (image, { hide, ...options }) =>
            calls.call('encodeImage', [image, hide], options) as Promise<Posterior>,
        }
      : {}),
    ...(methods.includes('gradient')
      ? { gradient: (name, input, options) => calls.call('gradient', [name, input], options) as Promise<Tensor> }
      : {}),
    ...(methods.includes('classify')
      ? {
          classify: (image, options) => calls.call('classify', [image], options) as Promise<Record<string, number>>,
        }
      : {}),
    ...(methods.includes('judge')
      ? { judge: (image, options) => calls.call('judge', [image], options) as Promise<Judgement> }
      : {}),
    dispose() {
      disposed ??= (async () => {
        calls.end(new NegError('disposed', `The model ${info.id} was disposed of.`))
        try {
          await calls.call('dispose', [])
        } finally {
          await end()
        }
      })()
      return disposed
    },
  }
  if (!draws) return model
  return hostRuns(model, {
    draw: (recipe, options, emit, { signal, watched }) =>
      calls.call('draw', [recipe, options], { signal }, undefined, {
        tell: (event) => emit(event as RunEvent),
        watched,
      }) as Promise<RunResult>,
    busy: () => calls.waiting() > 0,
  })
}

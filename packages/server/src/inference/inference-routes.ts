import { NegError, version } from '@neg/core'
import type { SessionFactory, ValueInfo } from '@neg/onnx'
import {
  type DenoiserInputs,
  datatypeOf,
  denoiserInputs,
  digestInput,
  fromWire,
  headerLengthName,
  inferenceRoutes as paths,
} from '@neg/remote/wire'
import { mediaType, readBody } from '../app/read-body'
import type { AppContext, RouteGroup } from '../app/route-group'
import { registered } from '../app/route-path'
import type { ServerContext } from '../app/server-context'
import { requireScope } from '../auth/authenticate'
import { digestStore, recall } from './digests'
import { type HostedPart, hostParts } from './hosted-parts'
import { inferenceError, ofTensors } from './inference-error'
import { operations } from './operations'
import { readInfer } from './read-infer'
import { writeAnswer } from './write-answer'

export interface InferenceOptions {
  /**
   * Networks by model name; the first model's parts also go by their own names alone. `nodeSessions()` of `@neg/node` gives
   * a model folder's.
   */
  readonly models: Readonly<Record<string, SessionFactory>>
  /** Rows of one call. Default 64. */
  readonly rows?: number
  /** Bytes of conditioning that are kept by digest. Default 256 MiB. */
  readonly conditioningBytes?: number
  /** Milliseconds after which a network that nobody uses is given up. Default 300,000. */
  readonly idle?: number
  /**
   * How many token ids a text encoder knows, by model and part: others are refused before it runs. Default unknown: then only
   * ids below 0 are.
   */
  readonly tokens?: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Bodies a server holds at a time, in multiples of what one may have. */
const bodiesAtATime = 4

/** Inputs of these parts are pictures; of all others, latents. */
const ofPictures = new Set(['vae_encoder', 'image_classifier'])

const described = ({ name, type, shape }: ValueInfo) => ({
  name,
  datatype: datatypeOf(type),
  shape: shape.map((size) => (typeof size === 'number' ? size : -1)),
})

/**
 * The Open Inference Protocol (v2 over HTTP, with its binary extension) for the networks of models: what Triton, KServe
 * and MLServer speak, and `remote()` of `@neg/remote` and Python's `tritonclient` ask.
 *
 * Extension `cond_digest`: a denoiser also takes BYTES[N] `cond_digest`, `sha256:` and the hex SHA-256 of each row of its text
 * (a UNet's `encoder_hidden_states`). Sent with the rows, they are kept; sent alone, they stand for them. A digest that is not kept
 * answers 404 with `COND_MISS`. With digests, latents of one row stand for all rows.
 */
export function inferenceRoutes(options: InferenceOptions): RouteGroup {
  const { rows = 64, conditioningBytes = 2 ** 28, idle = 300_000, tokens } = options
  const parts = hostParts(options.models, idle)
  const store = digestStore(conditioningBytes)

  const partOf = (c: AppContext): HostedPart => {
    const name = c.req.param('model') ?? ''
    const version = c.req.param('version')
    const part = parts.get(name)
    if (part && (version === undefined || version === '1')) return part
    throw new NegError(
      'remote-model-missing',
      `The server has no model '${name}'${version === undefined ? '' : ` of version ${version}`}; it has ${[...parts.keys()].join(', ')}.`,
      { where: name },
    )
  }
  const inputsOf = async (part: HostedPart) => denoiserInputs((await part.signature()).inputs.map(({ name }) => name))

  return {
    name: 'inference',
    operations,
    register(app, context) {
      const infer = inferHandler(context, { rows, tokens }, store, inputsOf)
      const guarded = (answer: (c: AppContext) => Promise<Response> | Response) => async (c: AppContext) => {
        try {
          return await answer(c)
        } catch (error) {
          return inferenceError(c, error)
        }
      }
      const tensors = (answer: (c: AppContext) => Promise<Response> | Response) =>
        guarded((c) => {
          requireScope(c, 'tensors')
          return answer(c)
        })

      app.get(
        paths.server,
        tensors((c) => c.json({ name: 'neg', version, extensions: ['binary_tensor_data', digestInput] })),
      )
      app.get(paths.live, (c) => c.body(null, 200))
      app.get(paths.ready, (c) => c.body(null, context.stopping() ? 503 : 200))
      for (const path of [registered(paths.model), registered(paths.version)]) {
        app.get(
          path,
          tensors(async (c) => {
            const part = partOf(c)
            const { inputs, outputs } = await part.signature()
            const digests = (await inputsOf(part)) ? [{ name: digestInput, datatype: 'BYTES', shape: [-1] }] : []
            return c.json({
              name: c.req.param('model'),
              versions: ['1'],
              platform: 'onnxruntime',
              inputs: [...inputs.map(described), ...digests],
              outputs: outputs.map(described),
              parameters: { files: await part.files(), model: await ownerOf(part, context) },
            })
          }),
        )
        app.get(
          `${path}/ready`,
          tensors((c) => {
            partOf(c)
            return c.body(null, context.stopping() ? 503 : 200)
          }),
        )
        app.post(
          `${path}/infer`,
          tensors((c) => infer(c, partOf(c))),
        )
      }
    },
  }
}

/** The model that a network belongs to: what a client with another model's folder has to know. */
async function ownerOf(part: HostedPart, { models }: ServerContext) {
  const { id, files } = await part.owner()
  const info = models.all.find((one) => one.id === id)?.model.info
  const prediction = info?.scheduler.config.prediction_type
  return {
    id,
    ...(info ? { digest: info.digest } : {}),
    ...(typeof prediction === 'string' ? { prediction_type: prediction } : {}),
    files,
  }
}

const mediaTypes = new Set(['', 'application/json', 'application/octet-stream'])

/** Reads, checks, runs and answers an inference. */
function inferHandler(
  { limits, models, stopping, metrics }: ServerContext,
  { rows, tokens }: { readonly rows: number } & Pick<InferenceOptions, 'tokens'>,
  store: ReturnType<typeof digestStore>,
  inputsOf: (part: HostedPart) => Promise<DenoiserInputs | undefined>,
) {
  let held = 0
  const served = metrics.counter('neg_inferences_total', 'Network calls asked for by tensors.')
  metrics.gauge('neg_conditioning_bytes', 'Bytes of conditioning kept by digest.', () => store.bytes)

  return async (c: AppContext, part: HostedPart): Promise<Response> => {
    if (stopping()) throw new NegError('server-stopping', 'The server stops: ask another one.')
    const type = mediaType(c)
    if (!mediaTypes.has(type)) {
      throw new NegError(
        'request-unsupported',
        `The body’s content-type is '${type}'; expected application/json, or application/octet-stream with ${headerLengthName}.`,
      )
    }
    // What is not announced may be as long as is allowed.
    const announced = Math.min(Number(c.req.header('content-length') ?? limits.tensorBytes), limits.tensorBytes)
    if (held + announced > bodiesAtATime * limits.tensorBytes) {
      throw Object.assign(new NegError('queue-full', 'Too many inferences wait here; try again in a moment.'), {
        retryAfter: 1,
      })
    }
    held += announced
    try {
      const body = await readBody(c, limits.tensorBytes)
      const signature = await part.signature()
      const named = await inputsOf(part)
      const hosted = models.all.find(({ id }) => id === part.model)
      const { latent, sizeMultiple } = (hosted ?? models.all[0]).model.info
      const cells = ofPictures.has(part.part) ? limits.pixels : limits.pixels / latent.pixelsPer ** 2
      // A denoiser halves its latents and joins them to what they were: sides that don't halve don't fit.
      const multiple = hosted && named ? sizeMultiple / latent.pixelsPer : 1
      const bounds = { rows, cells, multiple, tokens: tokens?.[part.model]?.[part.part] }
      const request = readInfer(body, c.req.header(headerLengthName), signature, bounds, named)
      const owner = `${c.get('principal').name}\n${part.name}`
      const { digests } = request
      const inputs = digests && named ? recall(request.inputs, named, digests, store, owner) : request.inputs
      const feeds = Object.fromEntries(inputs.map((input) => [input.name, fromWire(input)]))
      const outputs = request.outputs.map(({ name }) => name)
      const values = await part.run(feeds, { outputs, signal: c.req.raw.signal }).catch((error) => {
        throw ofTensors(error) ?? error
      })
      served.add({ model: part.name })
      const answer = writeAnswer(c.req.param('model') ?? part.name, request, values)
      if (answer.headerLength === undefined) {
        c.header('Content-Type', 'application/json')
        return c.body(answer.body as string)
      }
      c.header('Content-Type', 'application/octet-stream')
      c.header(headerLengthName, String(answer.headerLength))
      return c.body(answer.body as Uint8Array<ArrayBuffer>)
    } finally {
      held -= announced
    }
  }
}

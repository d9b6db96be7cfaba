import { type CallOptions, NegError } from '@neg/core'
import type { Signature } from '@neg/onnx'
import type { z } from 'zod'
import { inferenceRoutes } from '../wire/inference-routes'
import { type ModelMetadata, modelConfig, modelMetadata, type ServerMetadata, serverMetadata } from '../wire/metadata'
import { GrpcClient } from './grpc/grpc-client'
import { grpcTransport } from './grpc/grpc-transport'
import {
  modelConfigResponse,
  modelMetadataResponse,
  modelRequest,
  nothing,
  serverMetadataResponse,
} from './grpc/open-inference-proto'
import { HttpClient } from './http-client'
import { httpBinary, httpJson } from './http-transport'
import { remoteSignature } from './model-signature'
import { refuseUnknown } from './refuse-unknown'
import { type RemoteSession, remoteSession } from './remote-session'
import { modelPath, type Transport, type TransportName } from './transport'
import { chooseTransport } from './transport-choice'

/** Where an Open Inference Protocol server is, and how to talk to it. */
export interface OpenInferenceOptions {
  /** HTTP address: `http://127.0.0.1:8000`. Required where `grpcUrl` is not given. */
  readonly url?: string
  /** gRPC address: `grpc://127.0.0.1:8001` (`grpcs:` with TLS). Node only; needs the optional `@grpc/grpc-js`. Default none: HTTP. */
  readonly grpcUrl?: string
  /** Sent as `Authorization: Bearer …` to these addresses only. Default none. */
  readonly token?: string
  /** Sent with every request. Default none beyond the protocol's. */
  readonly headers?: Readonly<Record<string, string>>
  /** How tensors travel. Default `auto`: the server is asked, and the first calls are measured. */
  readonly transport?: 'auto' | TransportName
  /** Milliseconds that one call may take. Default 60,000. */
  readonly timeout?: number
  /** Milliseconds for the first call of a model, in which many servers load it. Default 300,000. */
  readonly firstTimeout?: number
  /** What requests are made with. Default the platform's. */
  readonly fetch?: typeof fetch
}

export interface SessionOptions extends CallOptions {
  /** Default: the server's choice. */
  readonly version?: string
  /** What the local folder's graph says, for servers that do not say what a model takes. */
  readonly known?: Signature
}

/** An inference server that answered. */
export interface InferenceServer {
  /** What it calls itself: `triton`, `mlserver`, `kserve`, `neg` … */
  readonly name: string
  readonly version: string
  readonly extensions: readonly string[]
  /** The address, for people. */
  readonly url: string
  /** What users should know: slow transports, and transports that turned out not to work. */
  readonly warnings: readonly { readonly code: string; readonly message: string }[]
  /** @throws `remote-model-missing` */
  metadata(model: string, options?: SessionOptions): Promise<ModelMetadata>
  /** A model as a session. @throws `remote-model-missing`, `remote-unsupported` */
  session(model: string, options?: SessionOptions): Promise<RemoteSession>
  close(): Promise<void>
}

/** Servers that read the binary extension although not all of them say so. */
const binaryNames = /^(triton|neg)/i
/** MLServer's HTTP has no binary extension: sending one is an error there. */
const noBinaryNames = /^mlserver/i

const jsonWarning = (url: string, name: string) => ({
  code: 'remote-json',
  message:
    `Tensors travel to ${url} (${name || 'a server without a name'}) as JSON text: about five times the bytes and up to ` +
    'fifty milliseconds more per step. Give the server’s gRPC address as grpcUrl.',
})

function parse<S extends z.ZodType>(schema: S, data: unknown, where: string): z.output<S> {
  const parsed = schema.safeParse(data)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new NegError(
    'remote-malformed',
    `${where} answered what no Open Inference Protocol server does: ${issue.path.join('.')}: ${issue.message}.`,
    { cause: parsed.error, where },
  )
}

/** Options that `openInference` reads. */
export const serverOptions = [
  'url',
  'grpcUrl',
  'token',
  'headers',
  'transport',
  'timeout',
  'firstTimeout',
  'fetch',
  'signal',
] as const satisfies readonly (keyof OpenInferenceOptions | keyof CallOptions)[]

const invalid = (where: string, message: string) => new NegError('option-invalid', message, { where })

/**
 * Connects to a server of the Open Inference Protocol (v2): NVIDIA Triton, KServe, MLServer, neg's own and others of
 * their kind.
 *
 * @throws `option-unknown`, `option-invalid`; `remote-unreachable`, `remote-timeout`, `remote-unauthorized`, `remote-malformed` when it is
 *   no such server
 */
export async function openInference(options: OpenInferenceOptions & CallOptions): Promise<InferenceServer> {
  refuseUnknown(options, serverOptions, 'openInference()')
  const { url, grpcUrl, transport = 'auto', timeout = 60_000, firstTimeout = 300_000, signal } = options
  if (url === undefined && grpcUrl === undefined)
    throw invalid('url', 'openInference needs an address: give url, grpcUrl or both.')
  for (const [name, value] of Object.entries({ timeout, firstTimeout })) {
    if (!(value > 0 && value <= 2 ** 31 - 1))
      throw invalid(name, `${name} is ${value}; expected are milliseconds above 0.`)
  }
  const http = url === undefined ? undefined : new HttpClient(url, options)
  const grpc = grpcUrl === undefined ? undefined : new GrpcClient(grpcUrl, options)
  const address = http?.url ?? grpc?.url ?? ''
  const warnings: { code: string; message: string }[] = []

  const { name, version, extensions }: ServerMetadata = http
    ? parse(serverMetadata, await http.json({ path: inferenceRoutes.server, timeout, signal }), address)
    : parse(serverMetadata, await ask(grpc, 'ServerMetadata', timeout, signal), address)

  const binary = http && httpBinary(http)
  const raw = grpc && grpcTransport(grpc)
  const json = http && httpJson(http)
  const says = (extensions ?? []).some((extension) => /binary_tensor_data|binary_data/.test(extension))

  const candidates = (): Transport[] => {
    if (transport !== 'auto') {
      const chosen = { 'http-binary': binary, grpc: raw, 'http-json': json }[transport]
      if (chosen) return [chosen]
      throw invalid('transport', `transport '${transport}' needs ${transport === 'grpc' ? 'grpcUrl' : 'url'}.`)
    }
    const certain = says || binaryNames.test(name)
    const order = certain ? [binary, raw] : noBinaryNames.test(name) ? [raw] : [raw, binary]
    return order.filter((one) => one !== undefined)
  }
  const first = candidates()
  const last = transport === 'auto' ? json : undefined
  const warnJson = () => {
    if (!warnings.some(({ code }) => code === 'remote-json')) warnings.push(jsonWarning(address, name))
  }
  if (first.length === 0 || first[0] === json) warnJson()
  const choice = () =>
    chooseTransport(first, last, {
      dropped(failed, error) {
        warnings.push({ code: 'remote-transport', message: `${failed.name} was given up: ${error.message}` })
        if (first.every((one) => warnings.some(({ message }) => message.startsWith(`${one.name} was given up`))))
          warnJson()
      },
    })

  const metadata: InferenceServer['metadata'] = async (model, { version, signal } = {}) => {
    if (http) {
      const path = modelPath(model, version)
      return parse(modelMetadata, await http.json({ path, timeout, signal, model }), `${address}${path}`)
    }
    const { message } = await (grpc as GrpcClient).call({
      method: 'ModelMetadata',
      request: modelRequest,
      answer: modelMetadataResponse,
      message: { name: model, version: version ?? '' },
      timeout,
      signal,
      model,
    })
    return parse(modelMetadata, message, address)
  }

  /** Triton's `max_batch_size`; other servers have none to tell. */
  const mostRows = async (model: string, { version, signal }: SessionOptions): Promise<number> => {
    if (!/^triton/i.test(name)) return 0
    if (http) {
      const path = `${modelPath(model, version)}/config`
      return parse(modelConfig, await http.json({ path, timeout, signal, model }), address).max_batch_size
    }
    const { message } = await (grpc as GrpcClient).call({
      method: 'ModelConfig',
      request: modelRequest,
      answer: modelConfigResponse,
      message: { name: model, version: version ?? '' },
      timeout,
      signal,
      model,
    })
    return message.config.max_batch_size
  }

  return {
    name,
    version: version ?? '',
    extensions: extensions ?? [],
    url: address,
    warnings,
    metadata,
    async session(model, settings = {}) {
      const where = `${name || 'the server'} at ${address}, model '${model}'`
      const told = await metadata(model, settings)
      return remoteSession({
        model,
        version: settings.version,
        where,
        signature: remoteSignature(told, where, settings.known),
        transport: choice(),
        mostRows: await mostRows(model, settings),
        timeout,
        firstTimeout,
      })
    },
    async close() {
      await grpc?.close()
    },
  }
}

async function ask(grpc: GrpcClient | undefined, method: string, timeout: number, signal: AbortSignal | undefined) {
  const { message } = await (grpc as GrpcClient).call({
    method,
    request: nothing,
    answer: serverMetadataResponse,
    message: {},
    timeout,
    signal,
  })
  return message
}

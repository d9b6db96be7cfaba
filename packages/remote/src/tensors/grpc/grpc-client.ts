import { type CallOptions, NegError } from '@neg/core'
import { readErrorBody } from '../error-body'
import { httpStatusOfGrpc, remoteError } from '../remote-error'
import { decodeMessage } from './decode'
import type { Descriptor, Message } from './descriptor'
import { encodeMessage } from './encode'

type Grpc = typeof import('@grpc/grpc-js')

/** gRPC status codes that are dealt with by name. A server that goes away cancels what it was doing. */
const cancelled = 1
const deadlineExceeded = 4
const unavailable = 14

export interface GrpcOptions {
  /** Sent as `authorization: Bearer …`. */
  readonly token?: string
  /** Sent as metadata with every call. */
  readonly headers?: Readonly<Record<string, string>>
}

export interface GrpcCall<Q extends Descriptor, A extends Descriptor> extends CallOptions {
  /** `ModelInfer` … */
  readonly method: string
  readonly request: Q
  readonly answer: A
  readonly message: Partial<Message<Q>>
  /** Milliseconds until `remote-timeout`. */
  readonly timeout: number
  readonly model?: string
}

/** @throws `runtime-missing` where gRPC cannot run or its package is not installed */
async function load(): Promise<Grpc> {
  let grpc: Partial<Grpc>
  try {
    grpc = (await import('#grpc-js')) as unknown as Partial<Grpc>
  } catch (cause) {
    throw new NegError('runtime-missing', 'gRPC needs the package @grpc/grpc-js: npm install @grpc/grpc-js', { cause })
  }
  if (grpc.Client) return grpc as Grpc
  throw new NegError('runtime-missing', 'gRPC runs on Node only. Leave grpcUrl out: tensors then travel by HTTP.')
}

/** `grpc://host:port`, `grpcs://host:port` or `host:port`. */
function targetOf(url: string): { target: string; secure: boolean } {
  const match = /^(?:(grpcs?|https?):\/\/)?([^/\s]+:\d+)\/?$/.exec(url)
  if (!match) {
    throw new NegError('option-invalid', `'${url}' is not a gRPC address, such as grpc://127.0.0.1:8001.`, {
      where: 'grpcUrl',
    })
  }
  return { target: match[2], secure: match[1] === 'grpcs' || match[1] === 'https' }
}

/** A gRPC client of one server, over one connection that opens with the first call. */
export class GrpcClient {
  readonly url: string
  private readonly target: { target: string; secure: boolean }
  private client: Promise<{ grpc: Grpc; inner: InstanceType<Grpc['Client']> }> | undefined

  /** @throws `option-invalid` for an address that is none */
  constructor(
    url: string,
    private readonly options: GrpcOptions = {},
  ) {
    this.url = url
    this.target = targetOf(url)
  }

  private open() {
    this.client ??= load().then((grpc) => {
      const credentials = this.target.secure ? grpc.credentials.createSsl() : grpc.credentials.createInsecure()
      // The protocol's own default of 4 MB is less than one SDXL call.
      const limits = { 'grpc.max_receive_message_length': -1, 'grpc.max_send_message_length': -1 }
      return { grpc, inner: new grpc.Client(this.target.target, credentials, limits) }
    })
    return this.client
  }

  /**
   * @throws `runtime-missing`, `remote-unreachable`, `remote-timeout`, and what the server's status means; the signal's
   * reason when aborted
   */
  async call<Q extends Descriptor, A extends Descriptor>(
    call: GrpcCall<Q, A>,
  ): Promise<{ message: Message<A>; sent: number; received: number }> {
    const body = encodeMessage(call.request, call.message)
    const { answer, attempt } = await this.once(call, body, 0)
    return {
      message: decodeMessage(call.answer, answer),
      sent: body.byteLength * (attempt + 1),
      received: answer.byteLength,
    }
  }

  private async once<Q extends Descriptor, A extends Descriptor>(
    call: GrpcCall<Q, A>,
    body: Uint8Array,
    attempt: 0 | 1,
  ): Promise<{ answer: Uint8Array; attempt: number }> {
    const { method, timeout, signal, model } = call
    signal?.throwIfAborted()
    const { grpc, inner } = await this.open()
    const metadata = new grpc.Metadata()
    for (const [name, value] of Object.entries(this.options.headers ?? {})) metadata.set(name, value)
    if (this.options.token !== undefined) metadata.set('authorization', `Bearer ${this.options.token}`)
    const outcome = await new Promise<Uint8Array | { code: number; details: string }>((resolve) => {
      const running = inner.makeUnaryRequest(
        `/inference.GRPCInferenceService/${method}`,
        (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        (bytes: Buffer) => new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
        body,
        metadata,
        { deadline: Date.now() + timeout },
        (error, answer) => {
          signal?.removeEventListener('abort', cancel)
          resolve(error ? { code: error.code, details: error.details } : (answer ?? new Uint8Array()))
        },
      )
      const cancel = () => running.cancel()
      signal?.addEventListener('abort', cancel, { once: true })
    })
    if (outcome instanceof Uint8Array) return { answer: outcome, attempt }
    signal?.throwIfAborted()
    const { code, details } = outcome
    // Inference is pure: asking again after a dropped connection is safe.
    const dropped =
      code === cancelled || (code === unavailable && /dropped|reset|ECONNRESET|EPIPE|GOAWAY|closed/i.test(details))
    if (dropped && attempt === 0) return this.once(call, body, 1)
    const where = this.url
    if (code === deadlineExceeded) {
      throw new NegError(
        'remote-timeout',
        `${where} did not answer ${method} within ${timeout / 1000} s. Give a longer timeout if the model is slow or still loads.`,
        { cause: new Error(`${code}: ${details}`), where },
      )
    }
    if (
      code === unavailable &&
      (dropped || /No connection established|ECONNREFUSED|resolution|connect/i.test(details))
    ) {
      throw new NegError(
        'remote-unreachable',
        `${where} cannot be reached by gRPC (${details}). Is the server running, and is this its gRPC port?`,
        { cause: new Error(`${code}: ${details}`), where },
      )
    }
    throw remoteError(httpStatusOfGrpc[code] ?? 500, readErrorBody(details), { url: where, model })
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    const opened = await this.client?.catch(() => undefined)
    this.client = undefined
    opened?.inner.close()
  }
}

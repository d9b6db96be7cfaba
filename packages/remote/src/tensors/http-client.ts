import { type CallOptions, NegError } from '@neg/core'
import { type Fetch, HttpFailure, send } from '@neg/core/internal'
import { readErrorBody } from './error-body'
import { remoteError } from './remote-error'

/** How a server is talked to. */
export interface HttpOptions {
  /** Sent as `Authorization: Bearer …`, to the given address only. */
  readonly token?: string
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Default: the platform's. */
  readonly fetch?: typeof fetch
}

export interface HttpRequest extends CallOptions {
  readonly path: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array<ArrayBuffer> | string
  /** Milliseconds until `remote-timeout`. */
  readonly timeout: number
  /** The model it is about, for errors. */
  readonly model?: string
}

export interface HttpAnswer {
  readonly headers: Headers
  readonly body: Uint8Array
}

/** More than any answer has: a server that sends more is broken or hostile. */
const mostBytes = 2 ** 30

/** What Node's fetch calls a socket that the other side had closed. */
const deadSocket = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', 'ECONNABORTED'])

/** An HTTP client of one server: keep-alive is fetch's own, a dead socket is tried once more, errors are neg's. */
export class HttpClient {
  private readonly base: string
  private readonly headers: Readonly<Record<string, string>>
  private readonly fetch: Fetch | undefined

  /** @throws `option-invalid` for an address that is none */
  constructor(url: string, { token, headers, fetch: own }: HttpOptions = {}) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new NegError(
        'option-invalid',
        `'${url}' is not an http(s) address of a server, such as http://127.0.0.1:8000.`,
        {
          where: 'url',
        },
      )
    }
    this.base = url.replace(/\/+$/, '')
    this.headers = { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) }
    this.fetch = own
  }

  get url(): string {
    return this.base
  }

  /**
   * @throws `remote-unreachable`, `remote-timeout`, and what the server's error answers mean; the signal's reason when
   * aborted
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { path, model, timeout } = request
    const { response, body } = await this.once(request)
      .catch((failure) => {
        // Inference is pure: asking again is safe. A pooled socket may have died after the server's last error.
        if (failure instanceof HttpFailure && deadSocket.has(failure.code ?? '')) return this.once(request)
        throw failure
      })
      .catch((failure) => {
        throw failure instanceof HttpFailure ? this.unanswered(failure, path, timeout) : failure
      })
    if (response.ok) return { headers: response.headers, body }
    const location = response.headers.get('location')
    const said = readErrorBody(new TextDecoder().decode(body.subarray(0, 20_000)))
    throw remoteError(
      response.status,
      location === null ? said : { text: `it redirects to ${location}, which is not followed` },
      { url: this.base, model },
    )
  }

  private async once({ path, method = 'GET', headers, body, timeout, signal }: HttpRequest) {
    const init: RequestInit = {
      method,
      headers: { ...this.headers, ...headers },
      redirect: 'manual',
      ...(body === undefined ? {} : { body }),
    }
    const response = await send(`${this.base}${path}`, init, { fetch: this.fetch, timeout, limits: 'whole', signal })
    if (Number(response.headers.get('content-length') ?? 0) > mostBytes) {
      await response.body?.cancel()
      throw new NegError('remote-malformed', `${this.base}${path} answers with more than ${mostBytes} bytes.`)
    }
    return { response, body: new Uint8Array(await response.arrayBuffer()) }
  }

  private unanswered(cause: HttpFailure, path: string, timeout: number): NegError {
    return cause.kind === 'timeout'
      ? new NegError(
          'remote-timeout',
          `${this.base}${path} did not answer within ${timeout / 1000} s. Give a longer timeout if the model is slow or still loads.`,
          { cause, where: this.base },
        )
      : new NegError(
          'remote-unreachable',
          `${this.base} cannot be reached${cause.code === undefined ? '' : ` (${cause.code})`}. Is the server running, and is the address right?`,
          { cause, where: this.base },
        )
  }

  /** A GET whose answer is JSON. @throws as `send`; `remote-malformed` when it is no JSON */
  async json(request: Omit<HttpRequest, 'body' | 'method'>): Promise<unknown> {
    const { body } = await this.send(request)
    const text = new TextDecoder().decode(body)
    try {
      return JSON.parse(text)
    } catch (cause) {
      throw new NegError(
        'remote-malformed',
        `${this.base}${request.path} answered something that is not JSON: ${text.slice(0, 200)}`,
        { cause, where: this.base },
      )
    }
  }
}

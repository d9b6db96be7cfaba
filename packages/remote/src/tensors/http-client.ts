import { type CallOptions, NegError } from '@neg/core'
import { linkedAbort } from '@neg/core/internal'
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

function systemCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof AggregateError && at.errors.length > 0) return systemCode(at.errors[0])
    const { code } = at as { code?: unknown }
    if (typeof code === 'string') return code
  }
  return undefined
}

/** An HTTP client of one server: keep-alive is fetch's own, a dead socket is tried once more, errors are neg's. */
export class HttpClient {
  private readonly base: string
  private readonly headers: Readonly<Record<string, string>>
  private readonly fetch: typeof fetch

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
    this.fetch = own ?? ((...call) => fetch(...call))
  }

  get url(): string {
    return this.base
  }

  /**
   * @throws `remote-unreachable`, `remote-timeout`, and what the server's error answers mean; the signal's reason when
   * aborted
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const { path, model, timeout, signal } = request
    const { controller, signal: either, unlink } = linkedAbort(signal)
    let late = false
    const timer = setTimeout(() => {
      late = true
      controller.abort()
    }, timeout)
    try {
      const { response, body } = await this.once(request, either).catch((error) => {
        // Inference is pure: asking again is safe. A pooled socket may have died after the server's last error.
        if (either.aborted || !deadSocket.has(systemCode(error) ?? '')) throw error
        return this.once(request, either)
      })
      if (response.ok) return { headers: response.headers, body }
      const place = { url: this.base, model }
      const location = response.headers.get('location')
      const said = readErrorBody(new TextDecoder().decode(body.subarray(0, 20_000)))
      throw remoteError(
        response.status,
        location === null ? said : { text: `it redirects to ${location}, which is not followed` },
        place,
      )
    } catch (error) {
      signal?.throwIfAborted()
      if (NegError.isInstance(error)) throw error
      const code = systemCode(error)
      if (late || code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') {
        throw new NegError(
          'remote-timeout',
          `${this.base}${path} did not answer within ${timeout / 1000} s. Give a longer timeout if the model is slow or still loads.`,
          { cause: error, where: this.base },
        )
      }
      throw new NegError(
        'remote-unreachable',
        `${this.base} cannot be reached${code === undefined ? '' : ` (${code})`}. Is the server running, and is the address right?`,
        { cause: error, where: this.base },
      )
    } finally {
      clearTimeout(timer)
      unlink()
    }
  }

  private async once({ path, method = 'GET', headers, body }: HttpRequest, signal: AbortSignal) {
    const response = await this.fetch(`${this.base}${path}`, {
      method,
      headers: { ...this.headers, ...headers },
      redirect: 'manual',
      signal,
      ...(body === undefined ? {} : { body }),
    })
    if (Number(response.headers.get('content-length') ?? 0) > mostBytes) {
      await response.body?.cancel()
      throw new NegError('remote-malformed', `${this.base}${path} answers with more than ${mostBytes} bytes.`)
    }
    return { response, body: new Uint8Array(await response.arrayBuffer()) }
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

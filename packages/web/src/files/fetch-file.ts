import { NegError } from '@neg/core'
import { HttpFailure, type SendOptions, send } from '@neg/core/internal'

/** What a request is for, for its errors. */
export interface FetchPurpose {
  readonly model: string
  readonly path: string
}

/** Why a request got no answer: the browser doesn't tell pages, so it is found out. */
async function unreachable(url: string, { model, path }: FetchPurpose, cause: HttpFailure): Promise<NegError> {
  const where = path
  const host = new URL(url).host
  if (globalThis.navigator?.onLine === false) {
    return new NegError(
      'download-offline',
      `${path} of ${model} is not stored in this browser and there is no connection. Connect once to download it.`,
      { cause, where },
    )
  }
  if (cause.kind === 'timeout') {
    return new NegError(
      'download-failed',
      `${path} of ${model}: ${host} fell silent: ${cause.message}. Try again later.`,
      {
        cause,
        where,
      },
    )
  }
  // A request that may not read the answer still tells whether there is one.
  const answers = await send(url, { method: 'HEAD', mode: 'no-cors' }, { timeout }).then(
    () => true,
    () => false,
  )
  if (answers) {
    return new NegError(
      'download-cross-origin',
      `${host} does not let other sites read ${path} of ${model} (it sends no Access-Control-Allow-Origin). Serve the ` +
        'model from this site, or have that server allow it.',
      { cause, where },
    )
  }
  return new NegError(
    'download-failed',
    `${path} of ${model} could not be fetched: ${host} does not answer. Check the address and the connection, then try again.`,
    { cause, where },
  )
}

function refused(response: Response, url: string, { model, path }: FetchPurpose): NegError {
  const { status } = response
  const where = path
  if (status === 401 || status === 403) {
    return new NegError(
      'download-unauthorized',
      `${new URL(url).host} refuses ${path} of ${model} (HTTP ${status}). The model may need an account or a licence accepted.`,
      { where },
    )
  }
  if (status === 404 || status === 410) {
    return new NegError(
      'download-not-found',
      `${path} of ${model} is not at ${url} (HTTP ${status}). Check the address.`,
      {
        where,
      },
    )
  }
  return new NegError('download-failed', `${path} of ${model}: ${url} answered with HTTP ${status}. Try again later.`, {
    where,
  })
}

/** A page where a file should be: hosts of single-page apps answer every address with one. */
export const isPage = (response: Response, path: string): boolean =>
  !path.endsWith('.html') && (response.headers.get('content-type') ?? '').startsWith('text/html')

/** Milliseconds without an answer or a byte after which a request is given up. */
const timeout = 60_000

/** A request past the browser's own HTTP cache: neg keeps the files. @throws {HttpFailure} also from the body; the signal's reason */
export const ask = (url: string, init: RequestInit = {}, options: SendOptions = {}): Promise<Response> =>
  send(url, url.startsWith('http') ? { cache: 'no-store', ...init } : init, { timeout, limits: 'silence', ...options })

/**
 * A request for a model's file.
 * @throws `download-offline`, `download-cross-origin`, `download-failed`, `download-unauthorized`, `download-not-found`;
 *   {HttpFailure} from the body
 */
export async function fetchFile(
  url: string,
  purpose: FetchPurpose,
  { signal, ...init }: Pick<RequestInit, 'headers'> & SendOptions = {},
): Promise<Response> {
  const response = await ask(url, init, { signal }).catch(async (failure) => {
    throw failure instanceof HttpFailure ? await unreachable(url, purpose, failure) : failure
  })
  if (!response.ok && response.status !== 416) {
    await response.body?.cancel()
    throw refused(response, url, purpose)
  }
  if (isPage(response, purpose.path)) {
    await response.body?.cancel()
    throw refused(new Response(null, { status: 404 }), url, purpose)
  }
  return response
}

/** A small file's bytes. @throws as `fetchFile`; `download-failed` where it breaks off */
export async function fetchBytes(
  url: string,
  purpose: FetchPurpose,
  options: Parameters<typeof fetchFile>[2] = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetchFile(url, purpose, options)
  return new Uint8Array(
    await response.arrayBuffer().catch((failure) => {
      throw failure instanceof HttpFailure ? brokenOff(purpose, failure) : failure
    }),
  )
}

/** A download that began. */
export const brokenOff = ({ model, path }: FetchPurpose, cause: unknown, advice = 'Try again.'): NegError => {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new NegError('download-failed', `The download of ${path} of ${model} broke off: ${why}. ${advice}`, {
    cause,
    where: path,
  })
}

import { NegError } from '@neg/core'

/** What a request is for, for its errors. */
export interface FetchPurpose {
  readonly model: string
  readonly path: string
}

/** Why a request got no answer: the browser doesn't tell pages, so it is found out. */
async function unreachable(url: string, { model, path }: FetchPurpose, cause: unknown): Promise<NegError> {
  const where = path
  const host = new URL(url).host
  if (globalThis.navigator?.onLine === false) {
    return new NegError(
      'download-offline',
      `${path} of ${model} is not stored in this browser and there is no connection. Connect once to download it.`,
      { cause, where },
    )
  }
  // A request that may not read the answer still tells whether there is one.
  const answers = await fetch(url, { method: 'HEAD', mode: 'no-cors' }).then(
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

/**
 * A request for a model's file. The browser's own HTTP cache is passed by: neg keeps the files.
 * @throws `download-offline`, `download-cross-origin`, `download-failed`, `download-unauthorized`, `download-not-found`
 */
export async function fetchFile(url: string, purpose: FetchPurpose, init: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(url, url.startsWith('http') ? { cache: 'no-store', ...init } : init)
  } catch (cause) {
    init.signal?.throwIfAborted()
    throw await unreachable(url, purpose, cause)
  }
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

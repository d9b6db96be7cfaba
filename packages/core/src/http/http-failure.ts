/** Error codes of systems and of Node's fetch that mean: nothing came for too long. */
const late = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'])

/** The system's code (`ECONNREFUSED` …) that an error, or one below it, has; of several attempts to connect that of the first. */
function systemCode(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    if (at instanceof AggregateError && at.errors.length > 0) return systemCode(at.errors[0])
    const { code } = at as { code?: unknown }
    if (typeof code === 'string') return code
  }
  return undefined
}

/** Node's fetch says "fetch failed" and keeps why below it. */
function reasonOf(error: unknown): string {
  const below = (error as { cause?: unknown } | undefined)?.cause
  const said = [below, error].find((one): one is Error => one instanceof Error && one.message !== '')
  return said?.message ?? systemCode(error) ?? String(error)
}

/** Why a request got no answer, or no whole one: the message says it. What it means for its caller, the caller knows. */
export class HttpFailure extends Error {
  constructor(
    readonly kind: 'timeout' | 'connection',
    message: string,
    /** The system's: `ECONNREFUSED`, `ENOTFOUND` …; absent in browsers, which don't tell. */
    readonly code?: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
  }

  /** What `fetch` or a body threw. */
  static of(cause: unknown): HttpFailure {
    if (cause instanceof HttpFailure) return cause
    const code = systemCode(cause)
    return new HttpFailure(late.has(code ?? '') ? 'timeout' : 'connection', reasonOf(cause), code, { cause })
  }
}

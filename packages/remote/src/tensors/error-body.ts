/** What a server said of an error. */
export interface ServerError {
  /** Its words, at most 2,000 characters; empty when it said nothing. */
  readonly text: string
  /** A neg server's own code. */
  readonly code?: string
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** FastAPI's list of what is wrong with a request: `[{ type, loc, msg }]`. */
function validation(detail: readonly unknown[]): string {
  return detail
    .map((item) => {
      if (!isRecord(item)) return String(item)
      const where = Array.isArray(item['loc']) ? `${item['loc'].join('.')}: ` : ''
      return `${where}${String(item['msg'] ?? item['type'] ?? JSON.stringify(item))}`
    })
    .join('; ')
}

function fromJson(data: unknown): ServerError | undefined {
  if (!isRecord(data)) return undefined
  const { error, detail, message } = data
  const coded = (text: string, code: unknown) => ({ text, ...(typeof code === 'string' ? { code } : {}) })
  if (typeof error === 'string') return coded(error, data['code'])
  if (isRecord(error) && typeof error['message'] === 'string') return coded(error['message'], error['code'])
  if (typeof detail === 'string') return { text: detail }
  if (Array.isArray(detail)) return { text: validation(detail) }
  if (typeof message === 'string') return { text: message }
  return undefined
}

/**
 * Reads an error body, whatever its content type says: Triton labels JSON as text. Known shapes are `error` as a string
 * (Triton, KServe, MLServer; neg's inference with `code` beside it) or as an object with code and message (neg), `detail` as a string or FastAPI's list (KServe,
 * MLServer), and plain text.
 */
export function readErrorBody(body: string): ServerError {
  let read: ServerError | undefined
  try {
    read = fromJson(JSON.parse(body))
  } catch {
    read = undefined // not JSON: plain text
  }
  const { text, code } = read ?? { text: body.trim(), code: undefined }
  return { text: text.slice(0, 2000), ...(code === undefined ? {} : { code }) }
}

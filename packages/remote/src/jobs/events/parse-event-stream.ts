/** One message of a `text/event-stream`. */
export interface StreamMessage {
  /** The last id that was sent up to here; empty when none was. */
  readonly id: string
  readonly event: string
  readonly data: string
}

const lineEnd = /\r\n|\n|\r/

/**
 * The messages of an event stream (WHATWG HTML, section 9.2.6), however its bytes are cut into pieces. What follows the
 * last blank line is dropped, as the standard asks: half a message is none.
 *
 * @param onRetry The server's wish for the pause before a new connection, in milliseconds.
 * @throws what reading throws; and an Error when a message grows beyond `limit` characters.
 */
export async function* parseEventStream(
  body: ReadableStream<Uint8Array>,
  onRetry: (ms: number) => void = () => {},
  limit = 64 << 20,
): AsyncGenerator<StreamMessage, void, undefined> {
  const reader = body.pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>).getReader()
  let rest = ''
  let [id, event, data] = ['', '', '']
  let any = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += value
      if (rest.length + data.length > limit) throw new Error(`an event is longer than ${limit} characters`)
      // A lone CR at the end may be half of a CRLF: it waits for the next piece.
      const held = rest.endsWith('\r') ? '\r' : ''
      const lines = (held ? rest.slice(0, -1) : rest).split(lineEnd)
      rest = lines.pop() + held
      for (const line of lines) {
        if (line === '') {
          if (any) yield { id, event: event || 'message', data: data.slice(0, -1) }
          ;[event, data, any] = ['', '', false]
          continue
        }
        const colon = line.indexOf(':')
        const field = colon < 0 ? line : line.slice(0, colon)
        const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
        if (field === 'data') {
          data += `${value}\n`
          any = true
        } else if (field === 'event') event = value
        else if (field === 'id' && !value.includes('\0')) id = value
        else if (field === 'retry' && /^\d+$/.test(value)) onRetry(Number(value))
      }
    }
  } finally {
    await reader.cancel().catch(() => {})
  }
}

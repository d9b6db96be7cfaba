import type { AppContext } from '../app/route-group'

/** A message to be sent; its data as JSON. */
export interface Message {
  readonly id?: string
  readonly event: string
  readonly data: unknown
}

export interface EventStreamOptions {
  /** The pause before a new connection that readers are asked for, in milliseconds. */
  readonly retry?: number
  /** Between messages a comment keeps the connection open. Milliseconds; default 15 000. */
  readonly ping?: number
  /** Called once; `early`: the reader went before the last message. */
  onEnd?(early: boolean): void
}

const text = ({ id, event, data }: Message) =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${typeof data === 'string' ? data : JSON.stringify(data)}\n\n`

/** An answer of server-sent events. The next message is asked for when the reader has taken the one before. */
export function eventStream(
  c: AppContext,
  messages: AsyncIterable<Message>,
  { retry, ping = 15_000, onEnd = () => {} }: EventStreamOptions = {},
): Response {
  const iterator = messages[Symbol.asyncIterator]()
  const encoder = new TextEncoder()
  let next: Promise<IteratorResult<Message>> | undefined
  let ended = false
  const end = (early: boolean) => {
    if (ended) return
    ended = true
    onEnd(early)
  }
  const body = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode(retry === undefined ? ':\n\n' : `retry: ${retry}\n\n`))
      },
      async pull(controller) {
        next ??= iterator.next()
        let timer: NodeJS.Timeout | undefined
        const quiet = new Promise<'ping'>((resolve) => (timer = setTimeout(resolve, ping, 'ping')))
        try {
          const result = await Promise.race([next, quiet])
          if (ended) return
          if (result === 'ping') return controller.enqueue(encoder.encode(': ping\n\n'))
          next = undefined
          if (!result.done) return controller.enqueue(encoder.encode(text(result.value)))
          end(false)
          controller.close()
        } catch (error) {
          end(false)
          controller.error(error)
        } finally {
          clearTimeout(timer)
        }
      },
      cancel() {
        end(true)
        iterator.return?.()?.catch(() => {})
      },
    },
    { highWaterMark: 0 },
  )
  return c.body(body, 200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  })
}

/** What is told of an answer's body while it is read. */
export interface BodyWatch {
  /** A piece came. */
  alive?(): void
  /** It has been read, has failed, or is given up; called once. */
  done(): void
  /** The error that a reader is told in place of the platform's. */
  failed(error: unknown): unknown
  /** Rejects where reading is to end at once. Not every platform ends a body that was aborted between two reads. */
  readonly ended: Promise<never>
}

/** The same answer, its body watched. One without a body is done at once. */
export function watchedBody(response: Response, { alive, done, failed, ended }: BodyWatch): Response {
  const { body, status, statusText, headers } = response
  if (!body) {
    done()
    return response
  }
  const reader = body.getReader()
  // Listened to once: a race of each read against `ended` would keep every piece as long as that lives.
  let over: { readonly reason: unknown } | undefined
  let interrupt: (reason: unknown) => void = () => {}
  ended.catch((reason: unknown) => {
    over = { reason }
    interrupt(reason)
  })
  const read = () =>
    new Promise<ReadableStreamReadResult<Uint8Array>>((resolve, reject) => {
      if (over) return reject(over.reason)
      interrupt = reject
      reader.read().then(resolve, reject)
    })
  const watched = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done: whole, value } = await read()
          if (!whole) {
            alive?.()
            return controller.enqueue(value)
          }
          done()
          controller.close()
        } catch (error) {
          const reason = failed(error)
          done()
          reader.cancel(reason).catch(() => {}) // it may be broken already
          controller.error(reason)
        }
      },
      cancel(reason) {
        done()
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(watched, { status, statusText, headers })
}

/** A body's pieces as they come. Leaving early gives the rest up. */
export async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  if (!body) return
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } finally {
    await reader.cancel().catch(() => {}) // it may be broken already
  }
}

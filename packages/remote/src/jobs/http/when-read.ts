/** The same answer; `done` is called once its body has been read, has failed, or is given up. */
export function whenRead(response: Response, done: () => void): Response {
  const { body, status, statusText, headers } = response
  if (!body) {
    done()
    return response
  }
  const reader = body.getReader()
  const passed = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done: ended, value } = await reader.read()
          if (!ended) return controller.enqueue(value)
          done()
          controller.close()
        } catch (error) {
          done()
          controller.error(error)
        }
      },
      cancel(reason) {
        done()
        return reader.cancel(reason)
      },
    },
    { highWaterMark: 0 },
  )
  return new Response(passed, { status, statusText, headers })
}

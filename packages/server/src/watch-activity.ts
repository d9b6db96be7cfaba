type Fetch = (...input: never[]) => Response | Promise<Response>

/** Knows when a server was last asked for something. */
export function watchActivity<F extends Fetch>(fetch: F) {
  let busy = 0
  let last = 0
  const watched = async (...input: Parameters<F>): Promise<Response> => {
    busy++
    last = Date.now()
    try {
      return await fetch(...input)
    } finally {
      busy--
      last = Date.now()
    }
  }
  return {
    fetch: watched,
    /** Resolves when nothing was asked for `ms` milliseconds, at the latest after `most`. */
    async quiet(ms: number, most: number): Promise<void> {
      const end = Date.now() + most
      last = Math.max(last, Date.now() - ms / 2)
      while (Date.now() < end && (busy > 0 || Date.now() - last < ms)) {
        await new Promise((resolve) => setTimeout(resolve, 25))
      }
    },
  }
}

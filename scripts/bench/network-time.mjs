/** Where the thread that holds the sessions is asked. */
export const channelName = 'neg.bench.network'

/** Asks the thread that holds the sessions: milliseconds inside `session.run` since it was last asked. */
export function networkTime() {
  const asking = new BroadcastChannel(channelName)
  return {
    ask: () =>
      new Promise((resolve) => {
        asking.onmessage = ({ data }) => resolve(data)
        asking.postMessage('spent')
      }),
    close: () => asking.close(),
  }
}

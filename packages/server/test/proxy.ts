import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a proxy does wrong with an answer; `undefined` lets it through. */
export interface Fault {
  /** Breaks the connection off once the server's answer is there, before any of it is passed on. */
  readonly loseAnswer?: boolean
  /** Breaks the connection off after so many events. */
  readonly events?: number
}

/** A proxy on loopback before a server, whose wires are cut as `fault` says, request by request. */
export async function faultyProxy(target: string, fault: (request: IncomingMessage) => Fault | undefined) {
  const { hostname, port } = new URL(target)
  const server = createServer((incoming, outgoing) => {
    const wrong = fault(incoming)
    const headers = { ...incoming.headers, host: `${hostname}:${port}` }
    const forward = request({ hostname, port, path: incoming.url, method: incoming.method, headers }, (answer) => {
      if (wrong?.loseAnswer) {
        answer.resume()
        answer.once('end', () => incoming.socket.destroy())
        return
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      if (wrong?.events === undefined) answer.pipe(outgoing)
      else passEvents(answer, outgoing, wrong.events)
    })
    forward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => forward.destroy())
    incoming.pipe(forward)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

function passEvents(answer: IncomingMessage, outgoing: ServerResponse, most: number): void {
  let text = ''
  let passed = 0
  let sent = Promise.resolve()
  outgoing.flushHeaders()
  answer.on('data', (chunk: Buffer) => {
    text += chunk.toString('utf8')
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const message = text.slice(0, end + 2)
      text = text.slice(end + 2)
      if (message.includes('event: ') && passed++ >= most) {
        answer.removeAllListeners('data')
        answer.destroy()
        // What came before has left this process when the connection breaks.
        sent.then(() => outgoing.destroy())
        return
      }
      sent = new Promise((resolve) => outgoing.write(message, () => resolve()))
    }
  })
  answer.on('end', () => outgoing.end())
}

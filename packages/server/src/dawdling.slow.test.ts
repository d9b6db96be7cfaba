import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { toyServer } from './testing/toy-server.test-helper'

/** What a server says to whoever sends this and then nothing more, and after how many seconds. */
async function dawdle(port: number, sent: string): Promise<{ readonly said: string; readonly seconds: number }> {
  const socket = connect(port, '127.0.0.1')
  const started = performance.now()
  let said = ''
  socket.on('data', (text) => (said += text))
  socket.on('error', () => {})
  socket.write(sent)
  await once(socket, 'close')
  return { said, seconds: (performance.now() - started) / 1000 }
}

// Node looks at its connections every 30 s.
test('whoever dawdles over a head for 20 s, or over a body for a minute, is sent away', async () => {
  const { server, stop } = await toyServer()
  const start = 'POST /v1/jobs HTTP/1.1\r\nHost: 127.0.0.1\r\n'
  const whole = `${start}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{`
  const [head, body] = await Promise.all([dawdle(server.port, start), dawdle(server.port, whole)])
  await stop()
  expect(head.said).toMatch(/^HTTP\/1\.1 408/)
  expect(head.seconds).toBeGreaterThan(15)
  expect(head.seconds).toBeLessThan(58)
  expect(body.said).toMatch(/^(HTTP\/1\.1 408|$)/)
  expect(body.seconds).toBeGreaterThan(55)
  expect(body.seconds).toBeLessThan(110)
})

import { expect, test } from 'vitest'
import { answerError } from './answer-error'

const errorOf = (status: number, body: unknown) =>
  answerError(new Response(typeof body === 'string' ? body : JSON.stringify(body), { status }), 'http://neg.example')

test.each([
  [400, 'remote-refused'],
  [401, 'remote-unauthorized'],
  [403, 'remote-unauthorized'],
  [404, 'remote-refused'],
  [429, 'remote-busy'],
  [499, 'remote-refused'],
  [500, 'remote-failed'],
  [502, 'remote-unreachable'],
  [503, 'remote-busy'],
  [504, 'remote-timeout'],
])('an answer %i without a code, as of a proxy, is %s', async (status, code) => {
  expect(await errorOf(status, '<html> gone </html>')).toMatchObject({
    code,
    message: `http://neg.example answered ${status}: <html> gone </html>.`,
  })
  expect((await errorOf(status, '')).message).toBe(`http://neg.example answered ${status}.`)
})

test('an answer’s own code is kept, one that is not known here is told by the status', async () => {
  const error = { message: 'It is so.', details: { where: 'width' }, request_id: 'r' }
  const own = await errorOf(422, { error: { ...error, code: 'size-invalid' } })
  expect(own).toMatchObject({ code: 'size-invalid', message: 'It is so.', where: 'width' })
  for (const code of ['of-a-later-version', 'toString']) {
    expect(await errorOf(503, { error: { ...error, code } })).toMatchObject({
      code: 'remote-busy',
      message: 'It is so.',
    })
  }
})

test('a book is cut', async () => {
  expect((await errorOf(500, 'x'.repeat(5000))).message.length).toBeLessThan(300)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEventStream, type StreamMessage } from './parse-event-stream'

const stream = (pieces: readonly Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
const bytes = (text: string) => new TextEncoder().encode(text)
const read = async (pieces: readonly Uint8Array[], onRetry?: (ms: number) => void) => {
  const all: StreamMessage[] = []
  for await (const message of parseEventStream(stream(pieces), onRetry)) all.push(message)
  return all
}

describe('an event stream', () => {
  test('is read as the standard has it', async () => {
    const text = [
      ':comment\n\n',
      'id: 1\nevent: step\ndata: {"a":1}\n\n',
      'data: two\ndata:lines\n\n',
      'event: none\n\n',
      'id\r\ndata:  spaced\r\n\r\n',
      'id: 7\rdata\r\r',
      'retry: 1500\nretry: soon\nunknown: x\ndata: last\n\n',
      'data: half',
    ].join('')
    const retries: number[] = []
    expect(await read([bytes(text)], (ms) => retries.push(ms))).toEqual([
      { id: '1', event: 'step', data: '{"a":1}' },
      { id: '1', event: 'message', data: 'two\nlines' },
      { id: '', event: 'message', data: ' spaced' },
      { id: '7', event: 'message', data: '' },
      { id: '7', event: 'message', data: 'last' },
    ])
    expect(retries).toEqual([1500])
  })

  test('keeps the id before one that holds a null character, which the standard ignores', async () => {
    const all = await read([bytes('id: 3\ndata: a\n\nid: 4\0\ndata: b\n\n')])
    expect(all.map(({ id }) => id)).toEqual(['3', '3'])
  })

  test('is given up where one message would fill the memory', async () => {
    const long = bytes(`data: ${'x'.repeat(90)}\n`)
    const reading = async (pieces: Uint8Array[]) => {
      for await (const _ of parseEventStream(stream(pieces), undefined, 200));
    }
    await expect(reading([long, bytes('\n'), long, bytes('\n'), long])).resolves.toBeUndefined()
    await expect(reading([long, long, long])).rejects.toThrow('longer than 200 characters')
    await expect(reading([bytes('x'.repeat(201))])).rejects.toThrow('longer than 200 characters')
  })

  test('is the same however its bytes are cut', async () => {
    const message = fc.record({
      id: fc.nat(),
      event: fc.constantFrom('step', 'é'),
      data: fc.constantFrom('a', 'ü\n日本', '🙂'),
    })
    const end = fc.constantFrom('\n', '\r\n', '\r')
    await fc.assert(
      fc.asyncProperty(fc.array(message, { maxLength: 5 }), end, fc.array(fc.nat(400)), async (messages, end, cuts) => {
        const lines = messages.flatMap(({ id, event, data }) => [
          `id: ${id}`,
          `event: ${event}`,
          ...data.split('\n').map((line) => `data: ${line}`),
          '',
        ])
        const whole = bytes(lines.map((line) => line + end).join('') + end)
        const places = [
          0,
          ...[...new Set(cuts.filter((cut) => cut < whole.length))].sort((a, b) => a - b),
          whole.length,
        ]
        const pieces = places.slice(1).map((to, i) => whole.slice(places[i], to))
        expect(await read(pieces)).toEqual(messages.map(({ id, event, data }) => ({ id: String(id), event, data })))
      }),
      { seed: 1, numRuns: 300 },
    )
  })

  test('with a message without end is given up', async () => {
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(bytes('data: aaaaaaaa\n')),
    })
    const reading = (async () => {
      for await (const _ of parseEventStream(endless, undefined, 1000)) break
    })()
    await expect(reading).rejects.toThrow(/longer than 1000/)
  })
})

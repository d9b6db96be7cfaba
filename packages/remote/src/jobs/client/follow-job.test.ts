import { describe, expect, test } from 'vitest'
import { followJob } from './follow-job'
import { negServer } from './neg-server'

const job = (status: string) => ({
  id: 'j',
  status,
  model: 'toy',
  priority: 0,
  created_at: '2026-01-01T00:00:00Z',
  started_at: null,
  finished_at: null,
  expires_at: null,
  attempt: 1,
  queue_position: null,
  progress: { step: 0, steps: 0, call: 0, calls: 0, value: 0 },
  result: null,
  error: null,
  urls: { self: '', events: '', cancel: '' },
})
const message = (id: string | undefined, data: { type: string }) =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`
const status = (id: string) =>
  message(id, { type: 'status', status: 'running', attempt: 1, queue_position: null } as never)
const preview = message(undefined, { type: 'preview', step: 1, media: 'image/png', data: 'AAAA' } as never)
const done = (id: string) => message(id, { type: 'done', job: job('succeeded') } as never)

/** A server whose event streams are as listed, the last one again and again; `job` is what it says of the job. */
function streams(bodies: string[], truth = 'running') {
  const after: (string | null)[] = []
  const fetch = (async (url: URL, init: RequestInit) => {
    if (!url.pathname.endsWith('/events')) return new Response(JSON.stringify(job(truth)))
    after.push(new Headers(init.headers).get('last-event-id'))
    return new Response(bodies[Math.min(after.length, bodies.length) - 1])
  }) as typeof globalThis.fetch
  const server = negServer({ url: 'http://neg.example', fetch })
  const events = async (options: { after?: string; retries?: number } = {}) => {
    const all: string[] = []
    for await (const { id, event } of followJob(server, 'j', { firstPause: 0, ...options })) {
      all.push(`${event.type} ${id ?? '-'}`)
    }
    return all
  }
  return { after, events }
}

describe('following a job', () => {
  test('goes on after the last event that had an id, whatever came behind it', async () => {
    const { after, events } = streams([status('1') + status('2') + preview, preview, preview + done('3')])
    expect((await events()).filter((event) => !event.startsWith('preview'))).toEqual(['status 1', 'status 2', 'done 3'])
    expect(after).toEqual([null, '2', '2'])
  })

  test('goes on after the event that it is told', async () => {
    const { after, events } = streams([preview, done('9')])
    expect(await events({ after: '7' })).toEqual(['preview -', 'done 9'])
    expect(after).toEqual(['7', '7'])
  })

  test('passes over what later versions tell', async () => {
    const { events } = streams([message('1', { type: 'weather' }) + done('2')])
    expect(await events()).toEqual(['done 2'])
  })

  test('asks for the job itself where connections bring nothing, and takes its end for the events’', async () => {
    const { after, events } = streams([''], 'succeeded')
    expect(await events({ retries: 2 })).toEqual(['done -'])
    expect(after).toHaveLength(3)
    await expect(streams([''], 'running').events({ retries: 2 })).rejects.toMatchObject({ code: 'remote-unreachable' })
  })

  test('counts anew whenever something came', async () => {
    const bodies = [...Array.from({ length: 6 }, (_, i) => status(String(i + 1))), done('7')]
    expect(await streams(bodies).events({ retries: 1 })).toHaveLength(7)
  })

  test('does not go on with events that it can’t read', async () => {
    const broken = 'id: 1\nevent: status\ndata: {"type":"status"}\n\n'
    await expect(streams([broken]).events()).rejects.toMatchObject({ code: 'remote-malformed' })
  })
})

import { afterEach, describe, expect, test } from 'vitest'
import { gate, pirate, toyServer } from '../testing/toy-server.test-helper'

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())
async function start(...args: Parameters<typeof toyServer>) {
  const toy = await toyServer(...args)
  stop = toy.stop
  const events = (id: string, after?: string, query = '') =>
    fetch(`${toy.server.url}/v1/jobs/${id}/events${query}`, {
      headers: after === undefined ? {} : { 'last-event-id': after },
    })
  return { ...toy, events }
}

const messages = (text: string) =>
  [...text.matchAll(/^(?:id: (.*)\n)?event: (.*)\ndata: (.*)$/gm)].map(([, id, event, data]) => {
    expect(JSON.parse(data).type).toBe(event)
    return `${id} ${event}`
  })

describe('GET /v1/jobs/:id/events', () => {
  test('tells a job from its beginning, or what came after an event', async () => {
    const { client, events } = await start()
    const { id } = await client.submit({ recipe: pirate })
    const whole = await events(id)
    expect(whole.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    const all = messages(await whole.text())
    const steps = all.filter((one) => one.endsWith(' step'))
    expect(steps).toHaveLength(6)
    expect(all.map((one) => one.split(' ')[0])).toEqual(all.map((_, i) => String(i + 1)))
    expect(all.at(-1)).toMatch(/ done$/)
    for (const after of [1, 3, all.length - 1]) {
      expect(messages(await (await events(id, String(after))).text())).toEqual(all.slice(after))
      expect(messages(await (await events(id, undefined, `?after=${after}`)).text())).toEqual(all.slice(after))
    }
  })

  test.each(['x', '-1', '1.5', '1e3'])('refuses %j, which is no event’s id', async (after) => {
    const { client, events } = await start()
    const { id } = await client.submit({ recipe: pirate })
    const response = await events(id, after)
    const { error } = await response.json()
    expect([response.status, error.code, error.details.where]).toEqual([400, 'request-invalid', 'Last-Event-ID'])
  })

  test('has only so many readers at a time, and lets others in when one goes', async () => {
    const inside = gate()
    const { client, events } = await start({ limits: { streams: 1 } }, { before: () => inside.opened })
    const { id } = await client.submit({ recipe: pirate })
    const first = await events(id)
    const second = await events(id)
    expect([second.status, (await second.json()).error.code]).toEqual([429, 'rate-limited'])
    await first.body?.cancel()
    await expect.poll(async () => (await events(id)).status).toBe(200)
    inside.open()
  })

  test.each([
    ['', 'running'],
    ['?cancel_on_disconnect=1', 'canceled'],
  ])('a reader that goes cancels the job where it said so: %j', async (query, status) => {
    const inside = gate()
    const { client, events } = await start({}, { before: () => inside.opened })
    const { id } = await client.submit({ recipe: pirate })
    const response = await events(id, undefined, query)
    await response.body?.getReader().cancel()
    if (query === '') await new Promise((resolve) => setTimeout(resolve, 100))
    await expect.poll(async () => (await client.job(id)).status).toBe(status)
    inside.open()
  })
})

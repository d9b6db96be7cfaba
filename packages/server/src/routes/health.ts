import * as z from 'zod'
import type { RouteGroup } from '../app/route-group'
import { requireScope } from '../auth/authenticate'

const status = z.object({ status: z.literal('ok') })
const ok = { 200: { description: 'Yes.', content: { 'application/json': status } } }

/** For whoever watches over the server. */
export const healthRoutes: RouteGroup = {
  name: 'health',
  operations: [
    {
      method: 'get',
      path: '/healthz',
      id: 'isAlive',
      summary: 'The process answers.',
      tag: 'health',
      open: true,
      answers: ok,
    },
    {
      method: 'get',
      path: '/readyz',
      id: 'isReady',
      summary:
        'Jobs can be handed in; 503 while the server stops, its queue is out of reach or results can’t be written.',
      tag: 'health',
      open: true,
      answers: ok,
    },
    {
      method: 'get',
      path: '/metrics',
      id: 'getMetrics',
      summary: 'Metrics for Prometheus.',
      tag: 'health',
      answers: { 200: { description: 'Text format 0.0.4.', content: { 'text/plain': 'text' } } },
    },
  ],
  register(app, { queue, blobs, metrics }) {
    app.get('/healthz', (c) => c.json({ status: 'ok' }))
    app.get('/readyz', async (c) => {
      await queue.ready()
      await blobs.ready?.()
      return c.json({ status: 'ok' })
    })
    app.get('/metrics', async (c) => {
      requireScope(c, 'admin')
      c.header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
      return c.body(await metrics.render())
    })
  },
}

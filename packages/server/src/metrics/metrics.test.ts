import { expect, test } from 'vitest'
import { createMetrics } from './metrics'

test('metrics are what Prometheus reads: cumulative buckets, sums, escaped labels', async () => {
  const metrics = createMetrics()
  const seconds = metrics.histogram('seconds', 'Time.', [0.1, 1])
  const requests = metrics.counter('requests_total', 'Requests.')
  let waiting = 2
  metrics.gauge('waiting', 'Jobs.', () => waiting)
  for (const value of [0.0625, 0.1, 0.5, 1, 8]) seconds.observe(value, { route: '/a' })
  seconds.observe(0.25)
  requests.add({ path: 'say "\\\n"' })
  requests.add({ path: 'say "\\\n"' }, 2)
  requests.add()
  waiting = 3
  expect(await metrics.render()).toBe(`# HELP seconds Time.
# TYPE seconds histogram
seconds_bucket{route="/a",le="0.1"} 2
seconds_bucket{route="/a",le="1"} 4
seconds_bucket{route="/a",le="+Inf"} 5
seconds_sum{route="/a"} 9.6625
seconds_count{route="/a"} 5
seconds_bucket{le="0.1"} 0
seconds_bucket{le="1"} 1
seconds_bucket{le="+Inf"} 1
seconds_sum 0.25
seconds_count 1
# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{path="say \\"\\\\\\n\\""} 3
requests_total 1
# HELP waiting Jobs.
# TYPE waiting gauge
waiting 3
`)
})

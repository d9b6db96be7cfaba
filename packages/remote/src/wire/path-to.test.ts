import { expect, test } from 'vitest'
import { routes } from '../jobs/protocol/routes'
import { inferenceRoutes } from './inference-routes'
import { pathTo } from './path-to'

test('parameters are filled in by name, and stay within their part of the path', () => {
  expect(pathTo(routes.jobImage, { id: 'a/b', index: 0 })).toBe('/v1/jobs/a%2Fb/images/0')
  expect(pathTo(inferenceRoutes.version, { model: 'm', version: 1 })).toBe('/v2/models/m/versions/1')
  expect(pathTo(routes.jobs, {})).toBe('/v1/jobs')
  // @ts-expect-error a parameter is missing
  pathTo(routes.jobImage, { id: 'a' })
})

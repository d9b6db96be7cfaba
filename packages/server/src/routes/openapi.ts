import type { RouteGroup } from '../app/route-group'
import { openapiDocument } from '../openapi/document'

/** The OpenAPI document of everything that the server answers to. */
export const openapiRoutes: RouteGroup = {
  name: 'openapi',
  operations: [
    {
      method: 'get',
      path: '/openapi.json',
      id: 'getOpenapi',
      summary: 'This document.',
      tag: 'models',
      open: true,
      answers: { 200: { description: 'OpenAPI 3.1.', content: { 'application/json': 'text' } } },
    },
  ],
  register(app, { surface, tokens }) {
    const document = openapiDocument(
      surface.flatMap(({ operations }) => operations),
      { tokens },
    )
    app.get('/openapi.json', (c) => c.json(document))
  },
}

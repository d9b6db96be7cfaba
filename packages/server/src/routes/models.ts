import { version } from '@neg/core'
import { guidancePlugins } from '@neg/core/guidance'
import { schedulerEntries } from '@neg/core/schedulers'
import { capabilitiesSchema, routes, serverModelSchema } from '@neg/remote/wire'
import * as z from 'zod'
import type { RouteGroup } from '../app/route-group'
import { registered } from '../app/route-path'
import type { HostedModel } from '../models/model-host'

const modelSchema = serverModelSchema.extend({
  object: z.literal('model'),
  created: z.number().int().describe('Always 0: for clients of the OpenAI API.'),
  owned_by: z.string(),
})

/** What the server has and can. */
export const modelRoutes: RouteGroup = {
  name: 'models',
  operations: [
    {
      method: 'get',
      path: routes.models,
      id: 'listModels',
      summary: 'The models; the first is the default.',
      tag: 'models',
      answers: {
        200: {
          description: 'All of them.',
          content: { 'application/json': z.object({ object: z.literal('list'), data: z.array(modelSchema) }) },
        },
      },
    },
    {
      method: 'get',
      path: routes.model,
      id: 'getModel',
      summary: 'One model.',
      tag: 'models',
      answers: { 200: { description: 'It.', content: { 'application/json': modelSchema } } },
    },
    {
      method: 'get',
      path: routes.capabilities,
      id: 'getCapabilities',
      summary: 'Guidances, schedulers and limits.',
      tag: 'models',
      answers: { 200: { description: 'All of it.', content: { 'application/json': capabilitiesSchema } } },
    },
  ],
  register(app, { models, limits, surface }) {
    app.get(routes.models, (c) => c.json({ object: 'list', data: models.all.map(describe) }))
    // Ids may hold slashes.
    app.get(`${registered(routes.model)}{.+}` as const, (c) => c.json(describe(models.find(c.req.param('id')))))
    app.get(routes.capabilities, (c) =>
      c.json({
        neg: version,
        limits,
        models: models.all.map(({ id }) => id),
        guidances: guidancePlugins().map(({ name, version, summary, formula, source, wraps, options }) => ({
          name,
          version,
          summary,
          formula,
          source,
          wraps,
          options: options.toJSONSchema(),
        })),
        schedulers: schedulerEntries().map(({ name, version, aliases, source, options }) => ({
          name,
          version,
          aliases,
          source,
          options: Object.fromEntries(options.map(({ name, schema }) => [name, schema])),
        })),
        features: surface.map(({ name }) => name),
      }),
    )
  },
}

const describe = ({ id, model }: HostedModel) => ({
  id,
  object: 'model' as const,
  created: 0,
  owned_by: 'neg',
  digest: model.info.digest,
  info: model.info,
  provides: [...model.provides],
})

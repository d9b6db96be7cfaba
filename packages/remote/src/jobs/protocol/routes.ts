/** Where a neg server has what: paths whose parameters stand in braces, as OpenAPI writes them. */
export const routes = {
  jobs: '/v1/jobs',
  job: '/v1/jobs/{id}',
  jobCancel: '/v1/jobs/{id}/cancel',
  jobEvents: '/v1/jobs/{id}/events',
  jobImage: '/v1/jobs/{id}/images/{index}',
  jobLatents: '/v1/jobs/{id}/latents',
  jobValues: '/v1/jobs/{id}/values/{index}',
  assets: '/v1/assets',
  asset: '/v1/assets/{sha256}',
  models: '/v1/models',
  model: '/v1/models/{id}',
  capabilities: '/v1/capabilities',
} as const

/** Request headers that mean something to a neg server beyond HTTP's own. */
export const jobHeaders = { idempotencyKey: 'idempotency-key', lastEventId: 'last-event-id' } as const

/** Where a server of the Open Inference Protocol has what; parameters stand in braces. */
export const inferenceRoutes = {
  server: '/v2',
  live: '/v2/health/live',
  ready: '/v2/health/ready',
  model: '/v2/models/{model}',
  version: '/v2/models/{model}/versions/{version}',
} as const

import type { RouteGroup } from '../app/route-group'
import type { PictureCodec } from '../image/picture-codec'
import { assetRoutes } from './assets'
import { healthRoutes } from './health'
import { jobEventRoutes } from './job-events'
import { jobFileRoutes } from './job-files'
import { jobRoutes } from './jobs'
import { modelRoutes } from './models'
import { openaiImageRoutes } from './openai-images'
import { openapiRoutes } from './openapi'

/** Everything that a neg server answers to. */
export const surface = (codec: PictureCodec): RouteGroup[] => [
  healthRoutes,
  jobRoutes,
  jobEventRoutes,
  jobFileRoutes,
  assetRoutes(codec),
  modelRoutes,
  openaiImageRoutes,
  openapiRoutes,
]

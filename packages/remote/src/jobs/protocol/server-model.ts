import type { Json } from '@neg/core'
import { recommendationSchema } from '@neg/core/internal'
import * as z from 'zod'

const json = z.custom<Json>((value) => value !== undefined)
const size = z.object({ width: z.number(), height: z.number() })

/** `ModelInfo` of core, as a server tells it; fields of later versions are passed on. */
export const modelInfoSchema = z.looseObject({
  id: z.string(),
  digest: z.string(),
  tokenLimits: z.record(z.string(), z.number()),
  sequenceLength: z.object({ default: z.number(), most: z.number() }).optional(),
  distilled: z.boolean(),
  distilledScale: z.number().optional(),
  latent: z.object({ channels: z.number(), pixelsPer: z.number(), frames: z.number().optional() }),
  size,
  sizeMultiple: z.number(),
  sizeMost: z.number().optional(),
  null: z.enum(['zeros', 'empty-text']),
  scheduler: z.object({ name: z.string(), config: z.record(z.string(), json) }),
  walk: z.object({ sigmas: z.literal('even').optional(), strength: z.literal('up').optional() }).optional(),
  timestep: z.object({ batched: z.boolean(), integer: z.boolean() }),
  mixesPictures: z.boolean().optional(),
  recommended: z
    .looseObject(recommendationSchema.shape)
    .optional()
    .describe('What fills what a recipe leaves out: the model’s neg.json, else what is known of its kind.'),
  gradients: z.record(z.string(), z.array(z.string())),
  numerics: z.object({ backend: z.string(), runtime: z.string(), device: z.string(), threads: z.number() }),
})

/** A model that a server draws with. */
export const serverModelSchema = z.object({
  id: z.string(),
  digest: z.string().describe('SHA-256 over the model’s files.'),
  info: modelInfoSchema.describe('`ModelInfo` of neg.'),
  provides: z.array(z.string()).describe('What runs may need beyond plain denoising.'),
})

/** All of them, as `GET /v1/models` answers; the first is the default. */
export const serverModelsSchema = z.object({ data: z.array(serverModelSchema) })

/** What a server has and can. */
export const capabilitiesSchema = z.object({
  neg: z.string().describe('Version.'),
  limits: z.record(z.string(), z.number()),
  models: z.array(z.string()),
  guidances: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      summary: z.string(),
      formula: z.string(),
      source: z.string(),
      wraps: z.number().int(),
      options: json.describe('JSON Schema.'),
    }),
  ),
  schedulers: z.array(
    z.object({
      name: z.string(),
      version: z.string().optional().describe('Of a plug-in; neg’s own have none.'),
      aliases: z.array(z.string()),
      source: z.string(),
      options: z.record(z.string(), json).describe('Name → JSON Schema of its values.'),
    }),
  ),
  features: z.array(z.string()).describe('Parts of the server’s surface.'),
})

export type ServerModel = z.infer<typeof serverModelSchema>
export type Capabilities = z.infer<typeof capabilitiesSchema>

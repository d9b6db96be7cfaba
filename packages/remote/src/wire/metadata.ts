import * as z from 'zod'

const tensorMetadata = z.object({
  name: z.string(),
  datatype: z.string(),
  /** −1 is free. Servers that do not know leave it out. */
  shape: z.array(z.coerce.number()).nullish(),
})

/** `GET /v2`. */
export const serverMetadata = z.object({
  name: z.string().catch(''),
  version: z.coerce.string().nullish(),
  extensions: z.array(z.string()).nullish(),
})

/** The model that a neg server's network belongs to. */
const ownerModel = z.object({
  id: z.string(),
  digest: z.string().optional(),
  /** What its networks were trained to predict: `epsilon`, `v_prediction` … */
  prediction_type: z.string().optional(),
  /** Hex SHA-256 of all that decides it, configs and networks, by path. */
  files: z.record(z.string(), z.string()),
})

/** `GET /v2/models/NAME`. Servers leave out, or send null for, what they do not know. */
export const modelMetadata = z.object({
  name: z.string(),
  versions: z.array(z.coerce.string()).nullish(),
  platform: z.string().nullish(),
  inputs: z.array(tensorMetadata).nullish(),
  outputs: z.array(tensorMetadata).nullish(),
  /** A neg server's: hex SHA-256 of each of the part's files, by path; and the model that the part belongs to. */
  parameters: z.object({ files: z.record(z.string(), z.string()).optional(), model: ownerModel.optional() }).nullish(),
})

/** The part of Triton's `GET /v2/models/NAME/config` that matters. */
export const modelConfig = z.object({ max_batch_size: z.number().int().nonnegative().catch(0) })

/** The JSON of an inference answer. */
export const inferResponse = z.object({
  outputs: z.array(
    z.object({
      name: z.string(),
      datatype: z.string(),
      shape: z.array(z.number().int().nonnegative()),
      parameters: z.object({ binary_data_size: z.number().int().nonnegative().optional() }).nullish(),
      data: z.unknown().optional(),
    }),
  ),
})

/** The JSON of an inference request. */
export const inferRequest = z.object({
  id: z.string().max(256).optional(),
  parameters: z.object({ binary_data_output: z.boolean().optional() }).nullish(),
  inputs: z
    .array(
      z.object({
        name: z.string().max(256),
        datatype: z.string().max(16),
        shape: z.array(z.number().int().nonnegative()).max(8),
        parameters: z.object({ binary_data_size: z.number().int().nonnegative().optional() }).nullish(),
        data: z.unknown().optional(),
      }),
    )
    .min(1)
    .max(64),
  outputs: z
    .array(
      z.object({
        name: z.string().max(256),
        parameters: z.object({ binary_data: z.boolean().optional() }).nullish(),
      }),
    )
    .max(64)
    .nullish(),
})

export type ServerMetadata = z.output<typeof serverMetadata>
export type OwnerModel = z.output<typeof ownerModel>
export type ModelMetadata = z.output<typeof modelMetadata>
export type InferRequestJson = z.output<typeof inferRequest>

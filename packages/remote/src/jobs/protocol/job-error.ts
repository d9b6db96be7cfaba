import * as z from 'zod'

/** What went wrong, with the code that a local run would have thrown. */
export const jobErrorSchema = z.object({
  code: z.string().describe('Stable; the codes of `NegError`.'),
  message: z.string(),
  details: z.object({ where: z.string().optional() }).optional(),
})

/** The body of every answer with a status of 400 or above. */
export const errorBodySchema = z.object({
  error: jobErrorSchema.extend({
    request_id: z.string().describe('Also in the header `x-request-id` and in the server’s log.'),
    type: z.string().optional().describe('For clients of the OpenAI API.'),
    param: z.string().nullable().optional().describe('For clients of the OpenAI API: the field that is wrong.'),
  }),
})

export type JobError = z.infer<typeof jobErrorSchema>
export type ErrorBody = z.infer<typeof errorBodySchema>

import type { z } from 'zod'

/** A body by media type: a schema for JSON, or just that there are bytes. */
export type BodyContent = Readonly<Record<string, z.ZodType | 'binary' | 'text'>>

/** One route, as the OpenAPI document tells of it. */
export interface Operation {
  readonly method: 'get' | 'post' | 'delete' | 'head'
  /** With parameters in braces: `/v1/jobs/{id}`. */
  readonly path: string
  readonly id: string
  readonly summary: string
  readonly tag: string
  /** Whether a token is asked for where the server has tokens. */
  readonly open?: boolean
  readonly query?: Readonly<Record<string, { readonly description: string; readonly schema: z.ZodType }>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: BodyContent
  readonly answers: Readonly<Record<number, { readonly description: string; readonly content?: BodyContent }>>
}

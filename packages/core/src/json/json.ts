/** Plain JSON data. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** Options of any call that may take long. */
export interface CallOptions {
  /** Aborting rejects with the signal's reason. Default none: nothing aborts. */
  readonly signal?: AbortSignal
}

/**
 * A validator that also gives JSON Schema: CLI flags, studio controls and OpenAPI come from it. Every zod 4 schema is one.
 * `parse` fills in defaults and throws on anything it does not know.
 */
export interface Schema<O> {
  parse(value: unknown): O
  toJSONSchema(): unknown
}

import { version } from '@neg/core'
import { errorBodySchema, jobEventSchema } from '@neg/remote/wire'
import * as z from 'zod'
import type { BodyContent, Operation } from './operation'

type Json = Record<string, unknown>

const failures: Readonly<Record<string, string>> = {
  '400': 'The request could not be read.',
  '401': 'No token, or an unknown one.',
  '403': 'The token lacks a scope; or Host or Origin are not allowed.',
  '404': 'No such thing.',
  '413': 'Too many bytes.',
  '415': 'Another content-type, or a compressed body.',
  '422': 'Read, and refused: `code` says why.',
  '429': 'Too much for now; `Retry-After` says when to try again.',
  '500': 'The server’s mistake.',
  '503': 'Not now; `Retry-After` says when to try again.',
}

/** The OpenAPI 3.1 document of a surface. */
export function openapiDocument(operations: readonly Operation[], { tokens }: { tokens: boolean }): Json {
  const schemas: Json = {}
  const put = (name: string, schema: z.ZodType, io: 'input' | 'output') => component(schemas, name, schema, io)
  put('Error', errorBodySchema, 'output')
  put('JobEvent', jobEventSchema, 'output')
  const paths: Record<string, Json> = {}
  for (const operation of operations) {
    paths[operation.path] = { ...paths[operation.path], [operation.method]: describe(operation, put, tokens) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'neg server', version, description: 'Text-to-image diffusion with guidance, as jobs over HTTP.' },
    paths,
    components: {
      schemas,
      responses: Object.fromEntries(
        Object.entries(failures).map(([status, description]) => [
          `Failure${status}`,
          { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
        ]),
      ),
      ...(tokens ? { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } } : {}),
    },
  }
}

type Put = (name: string, schema: z.ZodType, io: 'input' | 'output') => Json

function describe(operation: Operation, put: Put, tokens: boolean): Json {
  const { id, summary, tag, path, query = {}, headers = {}, body, answers } = operation
  const name = id[0].toUpperCase() + id.slice(1)
  const text = { type: 'string' }
  const parameters = [
    ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({ name, in: 'path', required: true, schema: text })),
    ...Object.entries(query).map(([name, { description, schema }]) => ({
      name,
      in: 'query',
      description,
      schema: plain(z.toJSONSchema(schema, { io: 'input' }) as Json),
    })),
    ...Object.entries(headers).map(([name, description]) => ({ name, in: 'header', description, schema: text })),
  ]
  const failing = Object.keys(failures).filter((status) => body || (status !== '413' && status !== '415'))
  return {
    operationId: id,
    summary,
    tags: [tag],
    ...(tokens && !operation.open ? { security: [{ token: [] }] } : {}),
    ...(parameters.length ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: contents(body, `${name}Request`, put, 'input') } } : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(answers).map(([status, { description, content }]) => [
          status,
          { description, ...(content ? { content: contents(content, `${name}Answer`, put, 'output') } : {}) },
        ]),
      ),
      ...Object.fromEntries(failing.map((status) => [status, { $ref: `#/components/responses/Failure${status}` }])),
    },
  }
}

const contents = (content: BodyContent, name: string, put: Put, io: 'input' | 'output'): Json =>
  Object.fromEntries(
    Object.entries(content).map(([type, schema]) => [
      type,
      {
        schema:
          schema === 'binary'
            ? { type: 'string', format: 'binary' }
            : schema === 'text'
              ? { type: 'string' }
              : put(name, schema, io),
      },
    ]),
  )

/** Puts a schema among the components, its own definitions beside it, and gives the reference. */
function component(schemas: Json, name: string, schema: z.ZodType, io: 'input' | 'output'): Json {
  const json = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json
  const { $defs = {}, ...own } = json
  const renamed = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(renamed)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        key === '$ref' && typeof inner === 'string'
          ? inner.replace(/^#\/\$defs\//, `#/components/schemas/${name}_`)
          : renamed(inner),
      ]),
    )
  }
  for (const [key, definition] of Object.entries($defs as Json))
    schemas[`${name}_${key}`] = plain(renamed(definition) as Json)
  schemas[name] = plain(renamed(own) as Json)
  return { $ref: `#/components/schemas/${name}` }
}

/** Without what only a whole JSON Schema document says of itself. */
const plain = ({ $schema, id, ...rest }: Json): Json => rest

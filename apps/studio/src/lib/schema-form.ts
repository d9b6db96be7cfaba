import type { Json } from '@neg/core'

/** One option, as a control shows it. */
export type Field =
  | { readonly kind: 'number'; readonly integer: boolean; readonly min?: number; readonly max?: number }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  | { readonly kind: 'switch' }
  | { readonly kind: 'text' }
  /** Whatever no simple control can show: edited as JSON. */
  | { readonly kind: 'json' }

export interface NamedField {
  readonly name: string
  readonly field: Field
  readonly about: string
  readonly fallback: Json | undefined
}

type Node = { readonly [key: string]: Json | undefined }

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value)

/** What control suits a JSON Schema. */
export function fieldOf(schema: Node): Field {
  const choices = schema.enum
  if (Array.isArray(choices) && choices.every((choice) => typeof choice === 'string'))
    return { kind: 'choice', choices: choices as string[] }
  switch (schema.type) {
    case 'number':
    case 'integer': {
      const min = schema.minimum ?? schema.exclusiveMinimum
      const max = schema.maximum ?? schema.exclusiveMaximum
      // Safe-integer limits are no limits that anyone means.
      const within = (value: unknown) => typeof value === 'number' && Math.abs(value) < 2 ** 50
      return {
        kind: 'number',
        integer: schema.type === 'integer',
        ...(within(min) ? { min: min as number } : {}),
        ...(within(max) ? { max: max as number } : {}),
      }
    }
    case 'boolean':
      return { kind: 'switch' }
    case 'string':
      return { kind: 'text' }
    default:
      return { kind: 'json' }
  }
}

/** The options of a plug-in, from its JSON Schema. */
export function fieldsOf(schema: Json): NamedField[] {
  const properties = isNode(schema) && isNode(schema.properties) ? schema.properties : {}
  return Object.entries(properties).flatMap(([name, node]) =>
    isNode(node)
      ? [
          {
            name,
            field: fieldOf(node),
            about: typeof node.description === 'string' ? node.description : '',
            fallback: node.default,
          },
        ]
      : [],
  )
}

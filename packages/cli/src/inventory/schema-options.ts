import type { Json, Schema } from '@neg/core'

/** An option as lists show it. */
export interface OptionRow {
  readonly name: string
  /** `number`, `string`, or its choices: `"leading" | "trailing"`. */
  readonly type: string
  readonly default?: Json
  readonly description?: string
}

interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly Json[]
  readonly const?: Json
  readonly anyOf?: readonly JsonSchema[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly items?: JsonSchema
  readonly default?: Json
  readonly description?: string
}

function typeOf(schema: JsonSchema): string {
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ')
  if (schema.type === 'array') return `${schema.items ? typeOf(schema.items) : 'any'}[]`
  return schema.type === undefined ? 'any' : [schema.type].flat().join(' | ')
}

/** An option from the JSON Schema of its values. */
export function optionOf(name: string, schema: JsonSchema): OptionRow {
  return {
    name,
    type: typeOf(schema),
    ...(schema.default === undefined ? {} : { default: schema.default }),
    ...(schema.description === undefined ? {} : { description: schema.description }),
  }
}

/** The options that a validator of an object takes, in its order. */
export function optionsOf(schema: Schema<unknown>): OptionRow[] {
  const { properties = {} } = schema.toJSONSchema() as JsonSchema
  return Object.entries(properties).map(([name, property]) => optionOf(name, property))
}

import { type SchedulerOption, schedulers } from '@neg/core/schedulers'
import { expect, it } from 'vitest'
import { schedulerKeys } from './scheduler-keys'

type JsonSchema = SchedulerOption['schema']

/** The type that a JSON schema allows beside null. */
function typeOf(schema: JsonSchema): unknown {
  if (Array.isArray(schema.anyOf)) return (schema.anyOf as JsonSchema[]).map(typeOf).find((type) => type !== 'null')
  return schema.type === 'array' ? `${typeOf(schema.items as JsonSchema)}[]` : schema.type
}

it('has the keys of every scheduler with their types', () => {
  const options = schedulers.flatMap(({ options }) => options.map(({ name, schema }) => `${name}: ${typeOf(schema)}`))
  expect([...schedulerKeys].map(([name, type]) => `${name}: ${type}`).sort()).toEqual([...new Set(options)].sort())
})

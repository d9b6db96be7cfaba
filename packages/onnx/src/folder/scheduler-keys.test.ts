import { type SchedulerOption, schedulers } from '@neg/core/schedulers'
import { expect, it } from 'vitest'
import { schedulerKeys } from './scheduler-keys'

type JsonSchema = SchedulerOption['schema']

/** The type that a JSON schema allows beside null, if there is one. */
function typeOf(schema: JsonSchema): unknown {
  const all = Array.isArray(schema.anyOf) ? (schema.anyOf as JsonSchema[]).map(typeOf) : [schema.type].flat()
  const type = all.find((one) => one !== 'null') ?? 'null'
  return type === 'array' ? `${typeOf(schema.items as JsonSchema)}[]` : type
}

it('has the keys of every scheduler with their types', () => {
  const types = new Map<string, Set<unknown>>()
  for (const { name, schema } of schedulers.flatMap(({ options }) => options)) {
    types.set(name, (types.get(name) ?? new Set()).add(typeOf(schema)))
  }
  // Where one scheduler has null alone, another's type counts.
  for (const all of types.values()) if (all.size > 1) all.delete('null')
  expect([...schedulerKeys].map(([name, type]) => [name, [type]]).sort()).toEqual(
    [...types].map(([name, all]) => [name, [...all]]).sort(),
  )
})

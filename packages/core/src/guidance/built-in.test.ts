import { describe, expect, it } from 'vitest'
import { builtInGuidances } from './built-in'
import { guidanceNames } from './guidance-names'
import { guidancePlugins } from './registry'
import { resolveGuidance } from './resolve'

/** Options that have no default. */
const needed: Record<string, object> = { classifier: { target: { glasses: -1 } } }

describe('built-in guidances', () => {
  it('are registered, each name once', () => {
    const names = builtInGuidances.map(({ name }) => name)
    expect([...guidanceNames]).toEqual([...names].sort())
    expect(new Set(names).size).toBe(names.length)
    expect(guidancePlugins().map(({ name }) => name)).toEqual(expect.arrayContaining(names))
  })

  it.each(builtInGuidances.map((plugin) => [plugin.name, plugin] as const))('%s is complete', (name, plugin) => {
    const { guidance, spec, foreign } = resolveGuidance({ name, options: needed[name] as never })
    expect(foreign).toEqual([])
    // A recipe with every default filled in builds the same guidance again.
    expect(resolveGuidance(spec).spec).toEqual(spec)
    expect(JSON.parse(JSON.stringify(spec))).toEqual(spec)
    expect(guidance.negatives).toBeTypeOf('boolean')
    for (const text of [plugin.summary, plugin.formula, plugin.source]) expect(text.length).toBeGreaterThan(5)
    const { properties = {} } = plugin.options.toJSONSchema() as {
      properties?: Record<string, { description?: string }>
    }
    for (const [option, { description }] of Object.entries(properties)) {
      expect(description, `${name}.${option} needs a description`).toBeTruthy()
    }
  })

  it.each(builtInGuidances.map(({ name }) => name))('%s refuses an option that it does not have', (name) => {
    const options = { ...needed[name], mystery: 1 } as never
    expect(() => resolveGuidance({ name, options })).toThrow(/mystery/)
  })
})

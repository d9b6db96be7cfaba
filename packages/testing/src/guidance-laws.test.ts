import { type AnyGuidancePlugin, builtInGuidances } from '@neg/core/guidance'
import { describe, expect, it } from 'vitest'
import { builtInProperties } from './guidance-built-in'
import { guidanceLaws } from './guidance-laws'

const plugins = builtInGuidances as unknown as readonly AnyGuidancePlugin[]
const pluginOf = (key: string) => plugins.find(({ name }) => name === key.split('/')[0]) as AnyGuidancePlugin

it('tests every guidance of neg', () => {
  const tested = new Set(Object.keys(builtInProperties).map((key) => key.split('/')[0]))
  expect([...tested].sort()).toEqual(plugins.map(({ name }) => name).sort())
})

describe.each(Object.keys(builtInProperties))('%s', (key) => {
  const laws = guidanceLaws(pluginOf(key), builtInProperties[key], { steps: 4 })
  it.each(laws.map(({ name, run }) => [name, run] as const))('%s', (_, run) => run())
})

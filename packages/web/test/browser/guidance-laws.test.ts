import { type AnyGuidancePlugin, builtInGuidances } from '@neg/core/guidance'
import { builtInProperties, guidanceLaws, type Law } from '@neg/testing'
import { type WebModel, web } from '@neg/web'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { portraits } from './reference-cases'

const plugins = builtInGuidances as unknown as readonly AnyGuidancePlugin[]
const pluginOf = (key: string) => plugins.find(({ name }) => name === key.split('/')[0]) as AnyGuidancePlugin

describe('in this JavaScript engine, on a field known in closed form', () => {
  describe.each(Object.keys(builtInProperties))('%s', (key) => {
    const laws = guidanceLaws(pluginOf(key), builtInProperties[key], { steps: 4 })
    test.each(laws.map(({ name, run }) => [name, run] as const))('%s', (_, run) => run())
  })
})

describe('on the embedded model in WebAssembly', () => {
  let model: WebModel
  beforeAll(async () => {
    // As exported: a layer that an edit opens differs from the runtime's own kernel in its last bits, and some laws ask for equal ones.
    model = await web({ model: portraits, device: 'wasm', attention: 'exported' })
  })
  afterAll(() => model?.dispose())

  test('it provides what guidances may need, as on Node', () => {
    expect([...model.provides].sort()).toEqual([
      'attention.capture',
      'attention.edit:nag',
      'attention.edit:pag',
      'attention.edit:replace',
      'attention.edit:seg',
      'encode-image',
      'gradient:latent-classifier',
    ])
  })

  // A linear one, and one that edits attention.
  test.each(['general', 'nag'])('%s obeys its laws', { timeout: 600_000 }, async (key) => {
    const laws: readonly Law[] = guidanceLaws(pluginOf(key), builtInProperties[key], { model, steps: 2 })
    expect(laws.length).toBeGreaterThan(1)
    for (const { run } of laws) await run()
  })
})

import { type AnyGuidancePlugin, builtInGuidances } from '@neg/core/guidance'
import { node } from '@neg/node'
import { afterAll, describe, it } from 'vitest'
import { gaussianMixtureModel } from './gaussian-mixture-model'
import { builtInProperties } from './guidance-built-in'
import { guidanceLaws } from './guidance-laws'

const plugins = builtInGuidances as unknown as readonly AnyGuidancePlugin[]
const pluginOf = (key: string) => plugins.find(({ name }) => name === key.split('/')[0]) as AnyGuidancePlugin
const keys = Object.keys(builtInProperties)

describe.each(['v', 'flow'] as const)('on an exact mixture that predicts %s', (prediction) => {
  const model = gaussianMixtureModel({ prediction })
  describe.each(keys)('%s', (key) => {
    const laws = guidanceLaws(pluginOf(key), builtInProperties[key], { model, steps: 4 })
    it.each(laws.map(({ name, run }) => [name, run] as const))('%s', (_, run) => run())
  })
})

// As exported: a layer that an edit opens differs from the runtime's own kernel in its last bits, and some laws ask for equal ones.
const embedded = await node({ attention: 'exported' })
afterAll(() => embedded.dispose())

describe('on the embedded model', () => {
  const prompts = { prompt: 'a professional office woman', negative: 'glasses', other: 'dark' }
  // The model's own solver with its two-call first step, one with two calls everywhere, one that draws noise.
  const schedulers = ['PNDMScheduler', 'HeunDiscreteScheduler', 'EulerAncestralDiscreteScheduler']
  // Every guidance once; what its options change is tested on the mixture.
  describe.each(keys.filter((key) => !key.includes('/')))('%s', (key) => {
    const laws = guidanceLaws(pluginOf(key), builtInProperties[key], { model: embedded, prompts, schedulers, steps: 3 })
    it.each(laws.map(({ name, run }) => [name, run] as const))('%s', (_, run) => run())
  })
})

import { type AnyGuidancePlugin, builtInGuidances } from '@neg/core/guidance'
import { builtInProperties, guidanceLaws } from '@neg/testing'
import { afterAll, describe, it } from 'vitest'
import { localModel } from '../../test/local-model'

const plugins = builtInGuidances as unknown as readonly AnyGuidancePlugin[]
// Every guidance once; what its options change is tested on a mixture that is known in closed form.
const named = plugins.filter(({ name }) => Object.hasOwn(builtInProperties, name))

describe.each(['tiny-sd3', 'tiny-flux-schnell'])('laws of guidance on %s', async (name) => {
  // Laws hold to the bit within one graph; with attention closed, an edit's graph differs from the plain one in last bits.
  const model = await localModel(`fixtures/layouts/${name}`, { attention: 'exported' })
  afterAll(() => model.dispose())
  const small = { ...model, info: { ...model.info, size: { width: 64, height: 64 } } }
  // The models' own solver, and one with two calls a step.
  const schedulers = ['FlowMatchEulerDiscreteScheduler', 'FlowMatchHeunDiscreteScheduler']
  const prompts = { prompt: 'a man', negative: 'glasses', other: 'a hat' }
  describe.each(named)('$name', (plugin) => {
    const laws = guidanceLaws(plugin, builtInProperties[plugin.name], { model: small, prompts, schedulers, steps: 3 })
    it.each(laws.map(({ name, run }) => [name, run] as const))('%s', (_, run) => run())
  })
})

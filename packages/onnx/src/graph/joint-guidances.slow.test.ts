import { builtInGuidances } from '@neg/core/guidance'
import { builtInProperties, guidanceLaws } from '@neg/testing'
import { afterAll, describe, it } from 'vitest'
import { localModel } from '../../test/local-model'

describe.each(['tiny-sd3', 'tiny-flux-schnell'])('laws of guidance on %s', async (name) => {
  // Laws hold to the bit within one graph; with attention closed, an edit's graph differs from the plain one in last bits.
  const model = await localModel(`fixtures/layouts/${name}`, { attention: 'exported' })
  afterAll(() => model.dispose())
  const small = { ...model, info: { ...model.info, size: { width: 64, height: 64 } } }
  const ground = { model: small, prompts: { prompt: 'a man', negative: 'glasses', other: 'a hat' }, steps: 3 }
  const inside = builtInGuidances.filter(({ name }) => ['nag', 'pag', 'seg'].includes(name))
  describe.each(inside)('$name', (plugin) => {
    const laws = guidanceLaws(plugin as never, builtInProperties[plugin.name], ground)
    it.each(laws.map(({ name, run }) => [name, run] as const))('%s', (_, run) => run())
  })
})

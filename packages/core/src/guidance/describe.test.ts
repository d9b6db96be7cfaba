import { describe, expect, it } from 'vitest'
import { builtInGuidances } from './built-in'
import { cfgPlusPlus } from './cfg-plus-plus'
import { classifier } from './classifier'
import { describeGuidance } from './describe'
import { perpNeg } from './perp-neg'
import { sega } from './sega'

describe('describeGuidance', () => {
  it('says passes, needs and roles as they are', () => {
    expect(describeGuidance(perpNeg)).toEqual({
      space: 'any',
      negatives: true,
      requires: [],
      roles: [],
      passes: { plain: [2, 2], withNegative: [3, 3] },
    })
    expect(describeGuidance(cfgPlusPlus)?.requires).toEqual(['scheduler.split'])
    expect(describeGuidance(sega)).toMatchObject({ roles: ['edit'], passes: { plain: [3, 3] } })
  })

  it('describes every guidance, by an example where options have no default', () => {
    const silent = builtInGuidances.filter((plugin) => !describeGuidance(plugin as never)).map(({ name }) => name)
    expect(silent).toEqual([])
    expect(describeGuidance(classifier)?.requires).toEqual(['gradient:latent-classifier'])
  })
})

import { expect, test } from 'vitest'
import { apg } from './apg'
import { general } from './general'
import type { AnyGuidancePlugin } from './guidance'
import { resolveGuidance } from './resolve'

const own = (name: string) => ({ ...general, name }) as unknown as AnyGuidancePlugin

test('a plug-in may not have the name of another: its records would be drawn again with that one', () => {
  for (const plugins of [[own('general')], [own('apg'), own('mine')], [own('mine'), own('mine')]]) {
    expect(() => resolveGuidance({ name: 'classifier-free' }, plugins)).toThrow(
      expect.objectContaining({ code: 'plugin-invalid', where: plugins[0].name }),
    )
  }
})

test('a plug-in that is known by its name may be given, too', () => {
  expect(resolveGuidance({ name: 'apg' }, [apg as unknown as AnyGuidancePlugin]).foreign).toEqual([])
  expect(resolveGuidance({ name: 'mine' }, [own('mine'), own('yours')]).foreign).toEqual(['mine'])
})

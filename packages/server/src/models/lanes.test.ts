import { expect, test } from 'vitest'
import { createLanes } from './lanes'

const never = new AbortController().signal
const settled = () => new Promise((resolve) => setTimeout(resolve, 0))

test('equal needs go in together, others wait until those have left, in order of arrival', async () => {
  const lanes = createLanes()
  const inside: string[] = []
  const enter = (name: string, key: string) =>
    lanes.enter(key, never).then((leave) => {
      inside.push(name)
      return leave
    })
  const first = await enter('plain 1', 'plain')
  const second = await enter('plain 2', 'plain')
  const edited = enter('edited', 'edited')
  // Though it fits those inside, it came after one that waits.
  const third = enter('plain 3', 'plain')
  await settled()
  expect(inside).toEqual(['plain 1', 'plain 2'])
  first()
  first()
  await settled()
  expect(inside).toEqual(['plain 1', 'plain 2'])
  second()
  await settled()
  expect(inside).toEqual(['plain 1', 'plain 2', 'edited'])
  ;(await edited)()
  await third
  expect(inside).toEqual(['plain 1', 'plain 2', 'edited', 'plain 3'])
})

test('who gives up waiting lets those behind go in', async () => {
  const lanes = createLanes()
  await lanes.enter('a', never)
  const controller = new AbortController()
  const gone = lanes.enter('b', controller.signal)
  const behind = lanes.enter('a', never)
  controller.abort(new Error('gone'))
  await expect(gone).rejects.toThrow('gone')
  await behind
})

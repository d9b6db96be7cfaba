import { expect, test } from 'vitest'
import { phaseClock } from './phases'

test('phases add up to the total, and what is inside of one is counted once', () => {
  const times = [100, 400, 450, 700]
  const clock = phaseClock(() => times.shift() as number)
  clock.end('modules')
  clock.end('write', { steps: 200, decode: 60 })
  clock.end('modules')
  clock.end('write', { steps: 240 })
  expect(clock.text()).toBe('modules 150.0 ms, steps 440.0 ms, decode 60.0 ms, write 50.0 ms, total 700.0 ms')
})

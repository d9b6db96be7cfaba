import { expect, it } from 'vitest'
import { float32Log } from './float32-log'

it('is numpy’s logarithm of a float32, also where that is not the nearest', () => {
  const { fround } = Math
  const recorded = [
    [1.13345385, 0.125269488],
    [0.0230356883, -3.77071047],
    [0.00669574179, -5.00628376],
    [0.0206936896, -3.87792635],
    [0.358195513, -1.02667642],
    [118.320763, 4.77339935],
    [1, 0],
    [2, 0.693147182],
    [0.5, -0.693147182],
    [1e-10, -23.0258503],
  ]
  for (const [x, log] of recorded) expect(float32Log(fround(x))).toBe(fround(log))
  expect(recorded.filter(([x, log]) => fround(Math.log(fround(x))) !== fround(log)).length).toBeGreaterThan(3)
})

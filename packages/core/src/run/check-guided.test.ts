import { expect, test } from 'vitest'
import type { Guided, Prediction } from '../prediction/prediction'
import { checkGuided } from './check-guided'

const x = { data: Float32Array.of(1, 2), shape: [1, 1, 2] }
const good: Prediction = { space: 'eps', value: x, x, level: { t: 1, alpha: 0.6, sigma: 0.8 } }
const given = (value: unknown) => () => checkGuided(value as Guided, x, 'mine', 3)

test('a prediction of the picture passes, and one given in two parts', () => {
  expect(given(good)).not.toThrow()
  expect(given({ x0: good, noise: good })).not.toThrow()
})

test.each([
  ['a tensor', x, /'mine' gave a tensor, not a prediction \(withValue\(prediction, tensor\) makes it one\) at step 3/],
  ['nothing', undefined, /'mine' gave no prediction at step 3; expected 2 values of shape \[1,1,2\]/],
  ['a number', 5, /gave no prediction/],
  ['a half of two', { x0: good }, /gave no prediction/],
  ['another space', { ...good, space: 'score' }, /2 values of shape \[1,1,2\] in space 'score'/],
  ['another size', { ...good, value: { data: Float32Array.of(1), shape: [1] } }, /1 values of shape \[1\]/],
  ['NaN', { ...good, value: { ...x, data: Float32Array.of(1, Number.NaN) } }, /gave NaN or infinity at step 3/],
])('%s is refused by name', (_, value, message) => expect(given(value)).toThrow(message))

import { expect, test } from 'vitest'
import { namesHint, nearest } from './nearest'

const names = ['general', 'classifier-free', 'negative-prompt']

test('the nearest name, if one is near', () => {
  expect(nearest('genral', names)).toBe('general')
  expect(nearest('Classifier_Free', names)).toBe('classifier-free')
  expect(nearest('xyz', names)).toBeUndefined()
})

test('a hint names the nearest and all', () => {
  expect(namesHint('genral', names)).toBe('Did you mean general? There are: general, classifier-free, negative-prompt.')
  expect(namesHint('xyz', names)).toBe('There are: general, classifier-free, negative-prompt.')
})

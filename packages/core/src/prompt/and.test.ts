import { expect, test } from 'vitest'
import { andParts } from './and'

/** What AUTOMATIC1111's get_multicond_prompt_list gives. */
test.each([
  ['a castle', [['a castle', 1]]],
  [
    'a castle AND fog :0.5',
    [
      ['a castle ', 1],
      [' fog', 0.5],
    ],
  ],
  [
    'a:1.2 AND b: -.5 AND c:+2.',
    [
      ['a', 1.2],
      [' b', -0.5],
      [' c', 2],
    ],
  ],
  ['sAND in a hANDle', [['sAND in a hANDle', 1]]],
  [
    'a AND',
    [
      ['a ', 1],
      ['', 1],
    ],
  ],
  [
    '(fog:1.2) AND [a:b:0.5]',
    [
      ['(fog:1.2) ', 1],
      [' [a:b:0.5]', 1],
    ],
  ],
  ['a ratio of 16:9', [['a ratio of 16', 9]]],
  ['a:b', [['a:b', 1]]],
  [
    'a\nAND\nb :1.2.3',
    [
      ['a', 1],
      ['\nb :1.2.3', 1],
    ],
  ],
])('%j', (prompt, parts) => {
  expect(andParts(prompt).map(({ text, weight }) => [text, weight])).toEqual(
    (parts as [string, number][]).map(([text, weight]) => [text.trim(), weight]),
  )
})

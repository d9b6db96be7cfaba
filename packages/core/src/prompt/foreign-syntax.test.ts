import { expect, test } from 'vitest'
import { foreignSyntax } from './foreign-syntax'

const named = (text: string, syntax: 'plain' | 'a1111') =>
  foreignSyntax(text, syntax).map(({ code, message }) => {
    expect(code).toBe('prompt-syntax')
    return /^'(.*?)' /.exec(message)?.[1]
  })

test.each([
  ['a queen <lora:film:0.7>, <hypernet:x:1>', ['<lora:film:0.7>', '<hypernet:x:1>']],
  ['(queen:1.2.3) and (king:.)', ['(queen:1.2.3)', '(king:.)']],
  ['embedding:easyneg, a hat', ['embedding:easyneg']],
  ['a __colour__ hat', ['__colour__']],
  ['a {red|green} hat', ['{red|green}']],
  ['(a BREAK b:1.2)', ['BREAK']],
  ['(queen:1.2), [hat], [a:b:0.5], a AND b BREAK c \\(d\\)', []],
  ['an embedding: of words, snake_case__names, {braces}', []],
])('a1111: %j names %j', (text, names) => expect(named(text, 'a1111')).toEqual(names))

test.each([
  ['a (queen:1.3)', ['(queen:1.3)']],
  ['a [hat] BREAK', ['[hat]']],
  ['<lora:film:0.7>', ['<lora:film:0.7>']],
  ['a castle AND fog', ['AND']],
  ['{red|green}', ['{red|green}']],
  ['a plain prompt, with: commas; and BREAKs', []],
  ['\\(d\\) :)', []],
])('plain: %j names %j', (text, names) => expect(named(text, 'plain')).toEqual(names))

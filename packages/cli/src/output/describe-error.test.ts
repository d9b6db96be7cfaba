import { NegError } from '@neg/core'
import { expect, test } from 'vitest'
import { describeError } from './describe-error'
import { exitCodeOf, Interrupted } from './exit-code'
import { usageError } from './usage-error'

test('an error is its code and message, a few lines at most, and no stack', () => {
  const error = new NegError('model-file-missing', `unet/model.onnx is missing.\n${'more\n'.repeat(50)}`)
  const text = describeError(error, false)
  expect(text.startsWith('neg: model-file-missing: unet/model.onnx is missing.')).toBe(true)
  expect(text.split('\n').length).toBeLessThan(10)
  expect(text).not.toMatch(/\n\s+at /)
  expect(describeError(error, true)).toMatch(/\n\s+at /)
  expect(describeError(new TypeError('x is not a function'), false)).toBe(
    'neg: internal: x is not a function\nNEG_DEBUG=1 shows where.',
  )
  expect(describeError(new NegError('prompt-invalid', 'x'.repeat(100_000)), false).length).toBeLessThan(1500)
})

test('characters that move the cursor are said as escapes', () => {
  const text = describeError(new NegError('recipe-invalid', 'a\u001b[2Jb\u0000c\u009bd\ne\tf é'), false)
  expect(text).toBe('neg: recipe-invalid: a\\u001b[2Jb\\u0000c\\u009bd\ne\tf é')
})

test('exit codes: 2 for what the caller can mend, 1 for what was found on the way, 130 interrupted', () => {
  expect(exitCodeOf(new NegError('option-invalid', ''))).toBe(2)
  expect(exitCodeOf(new NegError('model-missing', ''))).toBe(1)
  expect(exitCodeOf(new Error(''))).toBe(1)
  expect(exitCodeOf(new Interrupted())).toBe(130)
})

test('commander’s refusals become ours, suggestion included', () => {
  const error = usageError({
    code: 'commander.unknownOption',
    message: "error: unknown option '--stesp'\n(Did you mean --steps?)",
  })
  expect(error.code).toBe('option-unknown')
  expect(error.message).toBe("Unknown option '--stesp'. Did you mean --steps?")
})

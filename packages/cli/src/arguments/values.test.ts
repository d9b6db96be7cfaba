import { NegError } from '@neg/core'
import { Command } from 'commander'
import { expect, test } from 'vitest'
import { parseChoice } from './choice'
import { collectKeyValue } from './key-value'
import { parseNumber, parseWhole } from './number'
import { parseSeeds } from './seeds'
import { refuseSwallowedOptions } from './values'
import { parseWindow } from './window'

const refusal = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    if (NegError.isInstance(error)) return `${error.code}: ${error.message}`
    throw error
  }
  return 'accepted'
}

test.each([
  ['1', 1],
  ['-2.5', -2.5],
  ['.5', 0.5],
  ['1e-3', 0.001],
])('number %s', (text, value) => expect(parseNumber('--scale')(text)).toBe(value))

test.each(['NaN', 'Infinity', '', ' ', '5x', '0x10', '1,5', 'five'])('not a number: %j', (text) => {
  expect(refusal(() => parseNumber('--scale')(text))).toMatch(/^option-invalid: --scale must be a number; got "/)
})

test('whole numbers keep to their least and their multiple', () => {
  expect(parseWhole('--steps', 1)('30')).toBe(30)
  expect(parseWhole('--width', 8, 8)('136')).toBe(136)
  for (const text of ['-3', '0', '2.5', 'NaN', '1e3', '99999999999999999999']) {
    expect(refusal(() => parseWhole('--steps', 1)(text))).toContain('--steps must be a whole number of at least 1; got')
  }
  expect(refusal(() => parseWhole('--width', 8, 8)('100'))).toContain('a multiple of 8; got "100"')
})

test.each([
  ['7', ['7']],
  ['1,2,3', ['1', '2', '3']],
  ['1-4', ['1', '2', '3', '4']],
  ['5,8-9', ['5', '8', '9']],
  ['-1', ['-1']],
  ['18446744073709551615', ['18446744073709551615']],
])('seeds %s', (text, seeds) => expect(parseSeeds(text)).toEqual(seeds))

test.each(['', '1.5', '4-1', '1-', 'a', '1,,2', '1-99999999', '1 2', '1,1', '3,1-4'])('not seeds: %j', (text) => {
  expect(refusal(() => parseSeeds(text))).toMatch(/^option-invalid: --seed /)
})

test.each([
  ['0-1', 0, 1],
  ['0.1-0.5', 0.1, 0.5],
  ['.25-.75', 0.25, 0.75],
  ['4/30-15/30', 4 / 30, 0.5],
])('window %s', (text, from, to) => expect(parseWindow('--negative-window')(text)).toEqual({ from, to }))

test('a window by the name of a preset', () => {
  expect(parseWindow('--negative-window')('ban2024')).toEqual({ from: 4 / 30, to: 15 / 30, of: 'schedule' })
})

test.each(['0.5-0.2', '0.3-0.3'])('a window must ascend: %s', (text) => {
  expect(refusal(() => parseWindow('--negative-window')(text))).toContain('FROM below TO')
})

test.each(['', '0.5', '0-1.5', '-0.1-0.5', 'a-b', '0-1/0', '0.1-0.5-0.7'])('not a window: %j', (text) => {
  expect(refusal(() => parseWindow('--negative-window')(text))).toContain('must be FROM-TO')
})

test('key=value gathers JSON, or else text; later replaces earlier', () => {
  const collect = collectKeyValue('--scheduler-option')
  const all = ['eta=0.3', 'use_karras_sigmas=true', 'prediction_type=v_prediction', 'betas=[1,2]', 'eta=0.5', 'a=b=c']
  expect(
    all.reduce<ReturnType<typeof collect> | undefined>((before, text) => collect(text, before), undefined),
  ).toEqual({
    eta: 0.5,
    use_karras_sigmas: true,
    prediction_type: 'v_prediction',
    betas: [1, 2],
    a: 'b=c',
  })
  expect(refusal(() => collect('eta', undefined))).toContain('must be KEY=VALUE')
  expect(refusal(() => collect('=3', undefined))).toContain('must be KEY=VALUE')
})

test('a choice names the choices', () => {
  expect(refusal(() => parseChoice('--syntax', ['plain', 'a1111'])('A1111'))).toContain(
    'one of plain, a1111; got "A1111"',
  )
})

test('an option does not take the next option for its value', () => {
  const command = refuseSwallowedOptions(
    new Command().option('--negative <text>').option('--scale <n>', '', parseNumber('--scale')),
  )
  expect(refusal(() => command.parse(['--negative', '--scale', '5'], { from: 'user' }))).toBe(
    'option-invalid: --negative needs a value; got the option --scale.',
  )
  expect(command.parse(['--negative', '--other', '--scale', '5'], { from: 'user' }).opts()).toEqual({
    negative: '--other',
    scale: 5,
  })
})

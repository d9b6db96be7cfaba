import { expect, test } from 'vitest'
import { Memory } from './memory'

test('reads give what the previous step left', () => {
  const memory = new Memory()
  const first = memory.cell('m', () => 0, true)
  expect(first.value).toBe(0)
  first.value = 5
  expect(first.value).toBe(5)
  expect(memory.cell('m', () => 0, false).value).toBe(0)
  memory.commit()
  expect(memory.cell('m', () => 0, true).value).toBe(5)
})

test('writes of a later evaluation are forgotten', () => {
  const memory = new Memory()
  memory.cell('m', () => 0, true).value = 1
  const second = memory.cell('m', () => 0, false)
  second.value = 100
  expect(second.value).toBe(100)
  memory.commit()
  expect(memory.cell('m', () => 0, true).value).toBe(1)
})

test('afterStep sees what the first evaluation wrote and may write last', () => {
  const memory = new Memory()
  memory.cell('p', () => 0.5, true).value = 0.6
  const after = memory.cell('p', () => 0.5, true)
  expect(after.value).toBe(0.6)
  after.value = 0.7
  memory.commit()
  expect(memory.cell('p', () => 0.5, true).value).toBe(0.7)
})

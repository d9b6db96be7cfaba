import { expect, it } from 'vitest'
import { type ElementType, infoOf, toFloats, toValue } from './value'

it('numbers become the type that a graph declares, whole ones where it wants integers, and come back', () => {
  const numbers = Float32Array.of(0, 1.6, 2.4, 254.5)
  const whole = [0, 2, 2, 255]
  const expected: Record<ElementType, number[]> = {
    float32: [...numbers],
    // Of float16's neighbours at 254.5 it is one; 1.6 and 2.4 are rounded to 11 bits.
    float16: [0, 1.599609375, 2.400390625, 254.5],
    float64: [...numbers],
    int64: whole,
    int32: whole,
    uint8: whole,
    bool: whole,
  }
  for (const [type, values] of Object.entries(expected) as [ElementType, number[]][]) {
    const value = toValue(numbers, type, [2, 2])
    expect([value.type, value.shape]).toEqual([type, [2, 2]])
    expect([type, [...toFloats(value)]]).toEqual([type, values])
  }
  expect(toValue(numbers, 'float32', [4]).data).toBe(numbers)
  expect(toFloats(toValue(numbers, 'float32', [4]))).toBe(numbers)
  expect(toValue(Float32Array.of(-1.5, -3), 'int64', [2]).data).toEqual(BigInt64Array.of(-1n, -3n))
})

it('an input that a graph lacks is told with those it has', () => {
  const infos = ['a', 'b'].map((name) => ({ name, type: 'float32' as const, shape: [] }))
  expect(infoOf(infos, 'b', 'unet')).toBe(infos[1])
  const failed = expect.objectContaining({ code: 'model-unsupported', where: 'unet' })
  expect(() => infoOf(infos, 'c', 'unet')).toThrow(failed)
  expect(() => infoOf(infos, 'c', 'unet')).toThrow(/no 'c'; it has a, b/)
})

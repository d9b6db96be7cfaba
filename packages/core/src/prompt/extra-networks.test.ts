import { expect, test } from 'vitest'
import { isLora, promptLoras } from './extra-networks'

const shelf = ['Film', 'grain']

test.each([
  ['<lora:film:0.8>', [{ name: 'Film', weight: 0.8 }]],
  [
    '<lora:film> a <lora:GRAIN:-1>',
    [
      { name: 'Film', weight: 1 },
      { name: 'grain', weight: -1 },
    ],
  ],
  // The text encoders' comes first.
  ['<lora:film:0.8:0.5>', [{ name: 'Film', weight: 0.5, textWeight: 0.8 }]],
  ['<lora:film:0:0.5>', [{ name: 'Film', weight: 0.5, textWeight: 0 }]],
  ['<lora:film:0.8:0.8>', [{ name: 'Film', weight: 0.8 }]],
  ['<lora:film:te=0.25>', [{ name: 'Film', weight: 0.25 }]],
  ['<lora:film:unet=0.25>', [{ name: 'Film', weight: 0.25, textWeight: 1 }]],
  ['<lora:film:0.5:te=0.1:unet=2>', [{ name: 'Film', weight: 2, textWeight: 0.1 }]],
  ['<lora:film:0.5><lora:film:0.25:1>', [{ name: 'Film', weight: 1.5, textWeight: 0.75 }]],
  ['<lora:film:0>', []],
  ['<lora:film:1><lora:film:-1>', []],
])('%s', (prompt, loras) => {
  expect(promptLoras(prompt, shelf)).toEqual(loras)
  expect(isLora(prompt, shelf)).toBe(true)
})

test.each([
  '<lora:other:1>',
  '<hypernet:film:1>',
  '<lora:film:much>',
  '<lora:film:>',
  '<lora:film:1:1:8>',
  '<lora:film:1:dyn=8>',
  'film',
])('%s asks for nothing that there is', (prompt) => {
  expect(promptLoras(prompt, shelf)).toEqual([])
  expect(isLora(prompt, shelf)).toBe(false)
})

import type { RecipeInput } from '@neg/core'
import { expect, test } from 'vitest'
import { asCommand, asTypeScript } from './as-code'

const recipe: RecipeInput = {
  prompt: 'a king\'s "queen"',
  negatives: [{ text: 'eye patch', scale: 2, window: { from: 0.1, to: 0.5 } }],
  guidance: { name: 'perp-neg', options: { beta: 0.5 } },
  seed: '7',
}

test('the command says a recipe in its options, quoted for a shell', () => {
  expect(asCommand(recipe, { kind: 'embedded' })).toBe(
    `npx neg generate 'a king'\\''s "queen"' --negative 'eye patch' --negative-scale 2 --negative-window 0.1-0.5 --guidance perp-neg --guidance-option beta=0.5 --seed 7`,
  )
})

test('what no option says goes through a file', () => {
  const curve = { ...recipe, scale: { curve: 'linear', points: [[0, 1]] } } as RecipeInput
  const command = asCommand(curve, { kind: 'embedded' })
  const [, json] = /<<'END'\n([\s\S]*)\nEND\n/.exec(command) ?? []
  expect(JSON.parse(json)).toEqual(curve)
  expect(command).toMatch(/neg generate --recipe recipe\.json$/)
})

test('the program holds the recipe as TypeScript reads it', () => {
  const code = asTypeScript(recipe, { kind: 'embedded' })
  const [, literal] = /generate\(model, (\{[\s\S]*\})\)\nconst/.exec(code) ?? []
  expect(new Function(`return ${literal}`)()).toEqual(recipe)
  expect(asTypeScript(recipe, { kind: 'server', url: 'http://127.0.0.1:8787' })).toContain(
    "negServer({ url: 'http://127.0.0.1:8787' })",
  )
})

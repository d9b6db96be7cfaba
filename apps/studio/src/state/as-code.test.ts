import type { RecipeInput } from '@neg/core'
import { describe, expect, test } from 'vitest'
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

describe('something is taken out of a picture', () => {
  const sha256 = 'ab'.repeat(32)
  const taken: RecipeInput = {
    prompt: 'sunglasses',
    negatives: [{ text: 'glasses' }],
    seed: '7',
    image: { sha256, inversion: {}, find: {}, strength: 0.7 },
  }

  test('by the command that does it', () => {
    expect(asCommand(taken, { kind: 'embedded' })).toBe(
      'npx neg edit photo.png --negative glasses --seed 7 --prompt sunglasses --strength 0.7',
    )
    const painted = { ...taken, prompt: '', image: { sha256, inversion: {}, mask: 'cd'.repeat(32), feather: 2 } }
    expect(asCommand(painted, { kind: 'embedded' })).toBe(
      'npx neg edit photo.png --negative glasses --seed 7 --mask mask.png --feather 2',
    )
    const anywhere = { ...taken, image: { sha256, inversion: { method: 'ddim' as const } } }
    expect(asCommand(anywhere, { kind: 'embedded' })).toMatch(/--where everywhere --method ddim$/)
    expect(asCommand({ ...taken, scheduler: 'ddpm' }, { kind: 'embedded' })).toMatch(/^# neg edit has no option/)
  })

  test('by a program that names the file', () => {
    const code = asTypeScript(taken, { kind: 'embedded' })
    const [, input] = /edit\(model, (\{[\s\S]*\}), \{ images: \[photo\] \}\)/.exec(code) ?? []
    expect(new Function('photo', `return ${input}`)({ sha256: 'here' })).toEqual({
      image: 'here',
      prompt: 'sunglasses',
      negatives: [{ text: 'glasses' }],
      seed: '7',
      where: 'found',
      strength: 0.7,
    })
    expect(asTypeScript(taken, { kind: 'server', url: 'http://127.0.0.1:8787' })).toContain('editRecipe(info')
  })

  test('a record, which says its size, is drawn as any other', () => {
    const record = {
      ...taken,
      width: 128,
      height: 128,
      image: { ...taken.image!, region: { x: 0, y: 0, width: 9, height: 9 } },
    }
    expect(asTypeScript(record, { kind: 'embedded' })).toContain('generate(model')
    expect(asCommand(record, { kind: 'embedded' })).toContain('--recipe recipe.json')
  })
})

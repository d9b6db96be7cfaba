import { mkdtempSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { defaultsText, modelDefaults } from './model-defaults'

test('what a folder without neg.json draws with is neg’s own', async () => {
  expect(defaultsText(await modelDefaults('fixtures/layouts/tiny-lcm'))).toEqual([
    'draws with:   general, scale 8.5, 4 steps of LCM, 64×64',
  ])
})

test('what is recommended is told whole, and what is wrong with it, too', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'neg-defaults-'))
  await cp('fixtures/layouts/tiny-sd15', folder, { recursive: true })
  const write = (content: object) => writeFileSync(join(folder, 'neg.json'), JSON.stringify(content))
  write({
    guidance: { name: 'rescale', options: { phi: 0.5 }, of: [{ name: 'apg' }] },
    scheduler: { name: 'euler', config: { timestep_spacing: 'trailing' } },
    steps: 1,
    window: { from: 0, to: 0.4 },
    examples: [{ prompt: 'a queen', negatives: [{ text: 'crown', scale: 3 }], seed: 7 }, { prompt: 'a king' }],
    knows: { worn: ['crown'] },
  })
  expect(defaultsText(await modelDefaults(folder, 'mine'))).toEqual([
    'draws with:   rescale phi=0.5 (apg), scale 5, 1 step of EulerDiscrete timestep_spacing="trailing", 64×64, negatives in [0, 0.4)',
    'try:          neg generate "a queen" --negative "crown" --negative-scale 3 --seed 7',
    '              neg generate "a king"',
    'worn:         crown',
  ])
  write({ steps: 0 })
  expect(defaultsText(await modelDefaults(folder, 'mine'))[0]).toMatch(/neg\.json of mine is refused\. steps: /)
  write({})
  const turbo = '{"_class_name": "EulerDiscreteScheduler", "timestep_spacing": "trailing"}'
  writeFileSync(join(folder, 'scheduler/scheduler_config.json'), turbo)
  expect(defaultsText(await modelDefaults(folder, 'mine'))[1]).toMatch(/^assumed: +scale, steps, because its scheduler/)
})

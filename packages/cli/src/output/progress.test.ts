import { expect, test } from 'vitest'
import { downloadFollower } from '../model/open-model'
import { duration } from './duration'
import { createProgress } from './progress'
import { progressBar, standingText, timeLeft } from './progress-bar'

const standing = { picture: 1, pictures: 1, step: 12, steps: 30, msPerStep: 18.4 }

test('the bar says step, pace and time left, and fits the terminal', () => {
  expect(progressBar(standing, 80)).toBe('│████████████                  │ step 12/30 · 18 ms/step · 331 ms left')
  for (const columns of [20, 40, 60, 80, 200]) expect(progressBar(standing, columns).length).toBeLessThan(columns)
})

test('before the first step there is no pace', () => {
  expect(standingText({ ...standing, step: 0 })).toBe('step 0/30')
})

test('time left counts the pictures to come', () => {
  expect(timeLeft({ picture: 2, pictures: 4, step: 5, steps: 10, msPerStep: 100 })).toBe(500 + 2 * 1000)
  expect(standingText({ picture: 2, pictures: 4, step: 5, steps: 10, msPerStep: 100 })).toBe(
    'picture 2/4 · step 5/10 · 100 ms/step · 2.5 s left',
  )
})

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [1234, '1.2 s'],
  [59_970, '1 min 0 s'],
  [200_000, '3 min 20 s'],
  [3_900_000, '1 h 5 min'],
])('%d ms is %s', (ms, text) => expect(duration(ms)).toBe(text))

function screen(isTTY: boolean) {
  const written: string[] = []
  return { isTTY, columns: 60, write: (text: string) => written.push(text), text: () => written.join('') }
}

test('on a terminal the line is written over and gone at the end', () => {
  const out = screen(true)
  const progress = createProgress(out)
  progress.phase('loading')
  for (let step = 1; step <= 3; step++) progress.step({ ...standing, step, steps: 3 })
  progress.line('a warning')
  progress.end()
  expect(out.text()).not.toContain('\n\n')
  expect(out.text().split('\n')).toHaveLength(2)
  expect(out.text().endsWith('\r\x1b[Ka warning\n')).toBe(true)
})

test('elsewhere plain lines come a tenth of the run apart, without control characters', () => {
  const out = screen(false)
  const progress = createProgress(out)
  for (let step = 0; step <= 50; step++) progress.step({ ...standing, step, steps: 50 })
  progress.end()
  const lines = out.text().trimEnd().split('\n')
  expect(lines.map((line) => line.split(' · ')[0])).toEqual(
    Array.from({ length: 10 }, (_, i) => `step ${5 * (i + 1)}/50`),
  )
  // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested
  expect(out.text()).not.toMatch(/[\r\x1b]/)
})

test('a download is told by its size, and a model that is here already is not', () => {
  const out = screen(false)
  const follow = downloadFollower(createProgress(out))
  const total = 100 * 2 ** 20
  follow({ status: 'progress_total', name: 'org/model', loaded: total, total })
  expect(out.text()).toBe('')
  follow({ status: 'download', name: 'org/model', file: 'unet/model.onnx' })
  for (let i = 0; i <= 100; i++) follow({ status: 'progress_total', name: 'org/model', loaded: i * 2 ** 20, total })
  const lines = out.text().trimEnd().split('\n')
  expect(lines).toHaveLength(10)
  expect(lines[4]).toBe('Downloading org/model: 50.0 MiB of 100.0 MiB')
})

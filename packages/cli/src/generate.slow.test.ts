import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import type { RunRecord } from '@neg/core'
import { readPngText } from '@neg/core'
import { expect, test } from 'vitest'
import { bin, inFolder } from './run-neg.test-helper'

const short = ['--steps', '4', '--seed', '7']
const recordIn = (file: string): RunRecord => JSON.parse(readPngText(readFileSync(file)).neg)

test('a picture: its path on standard output, progress as plain lines elsewhere, record and parameters inside', () =>
  inFolder(async (neg) => {
    const { code, stdout, stderr } = await neg.run('generate', 'a witch', '--negative', 'hat', ...short)
    expect(stderr).toContain('step 4/4')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: their absence is what is tested
    expect(stderr).not.toMatch(/[\r\x1b]/)
    expect([code, stdout, neg.files()]).toEqual([0, 'neg-7.png\n', ['neg-7.png']])
    const texts = readPngText(readFileSync(neg.path('neg-7.png')))
    expect(texts.parameters).toMatch(/^a witch\nNegative prompt: hat\nSteps: 4, Sampler: PNDM, .*Seed: 7/)
    const record: RunRecord = JSON.parse(texts.neg)
    expect(record.recipe).toMatchObject({ prompt: 'a witch', steps: 4, seed: '7', negatives: [{ text: 'hat' }] })
    // PLMS calls the network once more than it has steps; two rows a call, and while the negative acts, on [0, 0.4), three.
    expect(record.evaluations.run).toBe(13)
    // Only what follows from recipe, models and versions.
    expect(JSON.stringify(record)).not.toContain(neg.folder)
  }))

test('--from draws the picture again, to the byte; options beside it override', () =>
  inFolder(async (neg) => {
    const settings = ['--negative', 'glasses', '--negative-scale', '3', '--negative-window', '0.2-0.8']
    await neg.run('generate', 'a king', ...settings, '--scheduler', 'ddim', '--scheduler-option', 'eta=0.5', ...short)
    const again = await neg.run('generate', '--from', 'neg-7.png', '--out', 'again.png')
    expect([again.code, again.stdout]).toEqual([0, 'again.png\n'])
    expect(readFileSync(neg.path('again.png')).equals(readFileSync(neg.path('neg-7.png')))).toBe(true)

    await neg.run('generate', '--from', 'neg-7.png', '--scale', '0', '--seed', '8', '--out', 'other.png')
    const { recipe } = recordIn(neg.path('other.png'))
    const before = recordIn(neg.path('neg-7.png')).recipe
    expect(recipe).toEqual({ ...before, scale: 0, seed: '8' })
    expect(recipe.negatives).toEqual([
      { text: 'glasses', scale: 3, window: { from: 0.2, to: 0.8, of: 'schedule' }, outside: 0 },
    ])
  }))

test('--json gives the record and nothing else, and a record is a recipe', () =>
  inFolder(async (neg) => {
    const first = await neg.run('generate', 'a pirate', ...short, '--json', '--out', 'a.png')
    const record: RunRecord = JSON.parse(first.stdout)
    expect(record).toEqual(recordIn(neg.path('a.png')))
    writeFileSync(neg.path('record.json'), first.stdout)
    writeFileSync(neg.path('recipe.json'), JSON.stringify({ steps: 4, seed: 7 }))
    await neg.run('generate', '--recipe', 'record.json', '--out', 'b.png')
    await neg.run('generate', 'a pirate', '--recipe', 'recipe.json', '--out', 'c.png')
    for (const other of ['b.png', 'c.png']) {
      expect(readFileSync(neg.path(other)).equals(readFileSync(neg.path('a.png')))).toBe(true)
    }
  }))

test('several pictures: one a seed, a contact sheet, latents along the first axis; each is the picture drawn alone', () =>
  inFolder(async (neg) => {
    const { stdout } = await neg.run(
      'generate',
      'a chef',
      '--steps',
      '4',
      '--seed',
      '1-2,5',
      '--out',
      'chefs',
      '--latents',
      'l.npy',
    )
    expect(stdout.trim().split('\n')).toEqual([
      'chefs/neg-1.png',
      'chefs/neg-2.png',
      'chefs/neg-5.png',
      'l.npy',
      'chefs/neg-sheet.png',
    ])
    const npy = readFileSync(neg.path('l.npy'))
    expect(npy.subarray(10, 128).toString()).toContain("'shape': (3, 8, 16, 16)")
    expect(npy.length).toBe(128 + 3 * 4 * 8 * 16 * 16)
    const counted = await neg.run(
      'generate',
      'a chef',
      '--steps',
      '4',
      '--seed',
      '1',
      '--count',
      '2',
      '--json',
      '--out',
      'again',
    )
    expect(JSON.parse(counted.stdout).map((record: RunRecord) => record.recipe.seed)).toEqual(['1', '2'])
    await neg.run('generate', 'a chef', '--steps', '4', '--seed', '5', '--out', 'alone.png')
    expect(readFileSync(neg.path('alone.png')).equals(readFileSync(neg.path('chefs', 'neg-5.png')))).toBe(true)
  }))

test('names that neg chooses write over no other picture', () =>
  inFolder(async (neg) => {
    await neg.run('generate', 'a chef', ...short)
    const other = await neg.run('generate', 'a witch', ...short)
    const same = await neg.run('generate', 'a chef', ...short)
    expect([other.stdout, same.stdout]).toEqual(['neg-7-2.png\n', 'neg-7.png\n'])
    expect(neg.files()).toEqual(['neg-7-2.png', 'neg-7.png'])
  }))

test('a picture drawn from a picture names it by its SHA-256, and is drawn again from that one only', () =>
  inFolder(async (neg) => {
    await neg.run('generate', 'a chef', '--steps', '4', '--seed', '1', '--out', 'chef.png')
    const half = ['generate', 'a witch', '--image', 'chef.png', '--strength', '0.5', ...short]
    expect((await neg.run(...half, '--out', 'witch.png')).code).toBe(0)
    const { recipe, evaluations } = recordIn(neg.path('witch.png'))
    const sha256 = createHash('sha256')
      .update(readFileSync(neg.path('chef.png')))
      .digest('hex')
    expect(recipe.image).toEqual({ sha256, strength: 0.5 })
    // Half of four steps; PLMS' extra call; two rows each.
    expect(evaluations.run).toBe(6)

    await neg.run('generate', '--from', 'witch.png', '--image', 'chef.png', '--out', 'again.png')
    expect(readFileSync(neg.path('again.png')).equals(readFileSync(neg.path('witch.png')))).toBe(true)
    const without = await neg.run('generate', '--from', 'witch.png')
    expect([without.code, without.stderr]).toEqual([2, expect.stringContaining(`neg: image-missing: `)])
    expect(without.stderr).toContain(sha256)
    const wrong = await neg.run('generate', '--from', 'witch.png', '--image', 'witch.png')
    expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining(`neg: image-mismatch: `)])
  }))

test('a picture that is begun from sets the size, unless a size is given', () =>
  inFolder(async (neg) => {
    await neg.run('generate', 'a chef', ...short, '--width', '96', '--height', '64', '--out', 'chef.png')
    const from = ['generate', 'a witch', '--image', 'chef.png', ...short]
    expect((await neg.run(...from, '--out', 'witch.png')).code).toBe(0)
    expect(recordIn(neg.path('witch.png')).recipe).toMatchObject({ width: 96, height: 64 })
    const other = await neg.run(...from, '--width', '128')
    expect([other.code, other.stderr]).toEqual([2, expect.stringContaining('neg: image-mismatch: ')])
  }))

test('Ctrl-C ends it with 130 and leaves nothing behind', () =>
  inFolder(async (neg) => {
    const args = ['generate', 'a witch', '--steps', '100', '--seed', '1-3', '--out', 'pictures']
    const child = spawn(process.execPath, [bin, ...args], { cwd: neg.folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stderr.on('data', (chunk) => {
      if (!said.includes('step ') && String(chunk).includes('step ')) child.kill('SIGINT')
      said += chunk
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    expect(code).toBe(130)
    expect(said).toMatch(/neg: interrupted\n$/)
    expect(neg.files()).toEqual([])
  }))

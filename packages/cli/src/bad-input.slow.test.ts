import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import portraits from '@neg/portraits'
import { expect, test } from 'vitest'
import { inFolder, type Neg } from './run-neg.test-helper'

interface Case {
  readonly name: string
  readonly args: string[]
  readonly code: number
  readonly says: RegExp
  /** Puts what the case needs into the folder. */
  readonly prepare?: (neg: Neg) => void
}

/** A copy of the embedded model whose large files are links, so that one can be broken. */
function copyModel(neg: Neg, breaking: (folder: string) => void): void {
  const folder = neg.path('model')
  cpSync(portraits, folder, { recursive: true, filter: (path) => !path.endsWith('.onnx') })
  for (const part of ['text_encoder', 'unet', 'vae_decoder', 'vae_encoder']) {
    symlinkSync(join(portraits, part, 'model.onnx'), join(folder, part, 'model.onnx'))
  }
  breaking(folder)
}

const draw = (...args: string[]) => ['generate', 'a witch', '--steps', '2', ...args]

const cases: Case[] = [
  {
    name: 'an unknown option',
    args: draw('--stpes', '3'),
    code: 2,
    says: /^neg: option-unknown: Unknown option '--stpes'\. Did you mean --steps\?$/m,
  },
  {
    name: 'an unknown command',
    args: ['genrate', 'a witch'],
    code: 2,
    says: /^neg: command-unknown: .*Did you mean generate\?/m,
  },
  { name: 'a prompt without quotes', args: ['generate', 'a', 'witch'], code: 2, says: /Put the prompt in quotes/ },
  { name: 'no prompt', args: ['generate'], code: 2, says: /^neg: prompt-invalid: A prompt is missing/m },
  {
    name: 'a negative number of steps',
    args: draw('--steps', '-3'),
    code: 2,
    says: /^neg: option-invalid: --steps must be a whole number of at least 1; got "-3"\.$/m,
  },
  {
    name: 'a plug-in that Node cannot load as it is',
    args: draw('--plugin', 'plugin.coffee'),
    code: 1,
    says: /^neg: plugin-failed: --plugin plugin\.coffee cannot be loaded: .*build it first\.$/m,
    prepare: (neg) => writeFileSync(neg.path('plugin.coffee'), 'x = 1'),
  },
  {
    name: 'a picture where a recipe is read',
    args: draw('--recipe', 'picture.png'),
    code: 2,
    says: /^neg: recipe-invalid: picture\.png is a picture, not JSON: --from reads the recipe that a picture carries\.$/m,
    prepare: (neg) =>
      writeFileSync(neg.path('picture.png'), Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0x1b)),
  },
  {
    name: 'a recipe of bytes',
    args: draw('--recipe', 'bytes.json'),
    code: 2,
    says: /^neg: recipe-invalid: bytes\.json is not JSON: it holds no text\.$/m,
    prepare: (neg) => writeFileSync(neg.path('bytes.json'), Uint8Array.of(0x7b, 0xff, 0xfe, 0x1b)),
  },
  {
    name: 'a folder that cannot be made, though the one above is there',
    args: draw('--out', '/proc/x/y.png'),
    code: 1,
    says: /^neg: write-failed: \/proc\/x\/y\.png cannot be written: its folder cannot be made|no permission/m,
  },
  {
    name: 'a range of seeds beyond 64 bits',
    args: draw('--seed', '18446744073709551610-18446744073709551620'),
    code: 2,
    says: /^neg: seed-invalid: "18446744073709551616" is not a seed/m,
  },
  {
    name: 'a plug-in with the name of a built-in guidance',
    args: draw('--plugin', 'general.mjs'),
    code: 2,
    says: /^neg: plugin-invalid: The guidance plug-in 'general' has the name 'general', which is one of neg’s own/m,
    prepare: (neg) =>
      writeFileSync(
        neg.path('general.mjs'),
        "export const g = { name: 'general', version: '9', wraps: 0, options: { parse: (x) => x, toJSONSchema: () => ({}) }, create: () => ({}) }",
      ),
  },
  ...(['probe', 'compare'] as const).map((command) => ({
    name: `${command} of a model without a guidance input`,
    args: [
      command,
      'a witch',
      '--negative',
      'hat',
      '--distilled-scale',
      '1',
      ...(command === 'compare' ? ['--guidance', 'apg'] : []),
    ],
    code: 2,
    says: /^neg: recipe-invalid: .* has no guidance input: leave distilledScale out\.$/m,
  })),
  {
    name: 'a window that ends before it begins',
    args: draw('--negative', 'hat', '--negative-window', '0.5-0.2'),
    code: 2,
    says: /^neg: option-invalid: --negative-window .*FROM below TO; got "0\.5-0\.2"\.$/m,
  },
  {
    name: 'a width that is not a multiple of 8',
    args: draw('--width', '100'),
    code: 2,
    says: /^neg: option-invalid: --width .*multiple of 8; got "100"\.$/m,
  },
  {
    name: 'a width that the model cannot draw',
    args: draw('--width', '136'),
    code: 2,
    says: /^neg: size-invalid: .*136.*multiples of 32.*128 or 160/m,
  },
  {
    name: 'a scale that is no number',
    args: draw('--scale', 'NaN'),
    code: 2,
    says: /^neg: option-invalid: --scale must be a number; got "NaN"\.$/m,
  },
  {
    name: 'a value that is missing',
    args: draw('--negative', '--scale', '3'),
    code: 2,
    says: /--negative needs a value; got the option --scale/,
  },
  { name: 'a seed that is no number', args: draw('--seed', 'one'), code: 2, says: /^neg: option-invalid: --seed / },
  {
    name: 'a prompt of 100,000 characters',
    args: ['generate', 'x'.repeat(100_000)],
    code: 2,
    says: /^neg: prompt-invalid: .*at most \d+ characters/m,
  },
  { name: 'an unknown scheduler', args: draw('--scheduler', 'eular'), code: 2, says: /^neg: scheduler-unknown: / },
  {
    name: 'an unknown scheduler option',
    args: draw('--scheduler', 'ddim', '--scheduler-option', 'etta=1'),
    code: 2,
    says: /^neg: scheduler-option-unknown: .*eta/m,
  },
  {
    name: 'an unknown guidance',
    args: draw('--guidance', 'genral'),
    code: 2,
    says: /^neg: guidance-unknown: .*general/m,
  },
  { name: 'an unknown device', args: draw('--device', 'abacus'), code: 2, says: /^neg: device-unknown: .*cpu/m },
  {
    name: 'a model folder that is not there',
    args: draw('--model', 'nowhere'),
    code: 1,
    says: /^neg: model-missing: .*nowhere/m,
  },
  {
    name: 'a truncated ONNX file',
    args: draw('--model', 'model'),
    code: 1,
    says: /^neg: (model-file-malformed|runtime-failed): .*unet.*model\.onnx/m,
    prepare: (neg) =>
      copyModel(neg, (folder) => {
        const file = join(folder, 'unet', 'model.onnx')
        const half = readFileSync(file).subarray(0, 1_000_000)
        rmSync(file)
        writeFileSync(file, half)
      }),
  },
  {
    name: 'a model folder without a file',
    args: draw('--model', 'model'),
    code: 1,
    says: /^neg: model-file-missing: .*vocab\.json/m,
    prepare: (neg) => copyModel(neg, (folder) => rmSync(join(folder, 'tokenizer', 'vocab.json'))),
  },
  {
    name: 'an unknown scheduler in the model’s config',
    args: draw('--model', 'model'),
    code: 2,
    says: /^neg: scheduler-unknown: .*TimeMachineScheduler/m,
    prepare: (neg) =>
      copyModel(neg, (folder) => {
        const file = join(folder, 'scheduler', 'scheduler_config.json')
        const config = JSON.parse(readFileSync(file, 'utf8'))
        writeFileSync(file, JSON.stringify({ ...config, _class_name: 'TimeMachineScheduler' }))
      }),
  },
  {
    name: 'a broken PNG for --from',
    args: ['generate', '--from', 'broken.png'],
    code: 1,
    says: /^neg: image-malformed: .*broken\.png/m,
    prepare: (neg) => writeFileSync(neg.path('broken.png'), Buffer.from('89504e470d0a1a0a0000000d49484452ffff', 'hex')),
  },
  {
    name: 'a file for --from that is not there',
    args: ['generate', '--from', 'none.png'],
    code: 1,
    says: /^neg: read-failed: none\.png .*no such file/m,
  },
  {
    name: 'a recipe that is not JSON',
    args: ['generate', '--recipe', 'r.json'],
    code: 2,
    says: /^neg: recipe-invalid: r\.json is not JSON/m,
    prepare: (neg) => writeFileSync(neg.path('r.json'), '{"prompt": "a witch",'),
  },
  {
    name: 'a recipe with a field that there is not',
    args: ['generate', '--recipe', 'r.json'],
    code: 2,
    says: /^neg: recipe-invalid: .*negatvies/m,
    prepare: (neg) => writeFileSync(neg.path('r.json'), '{"prompt": "a witch", "negatvies": []}'),
  },
  {
    name: 'a size that only a file says, beyond what is drawn unasked',
    args: ['generate', '--recipe', 'r.json'],
    code: 2,
    says: /^neg: size-invalid: The recipe of r\.json is 16384×16384 pixels.*--width 16384 --height 16384/m,
    prepare: (neg) => writeFileSync(neg.path('r.json'), '{"prompt": "a witch", "width": 16384, "height": 16384}'),
  },
  {
    name: 'a scheduler option that JSON would swallow',
    args: draw('--scheduler-option', '__proto__=1'),
    code: 2,
    says: /^neg: recipe-invalid: .*scheduler\.config: Unrecognized key: "__proto__"/m,
  },
  {
    name: 'a guidance option that JSON would swallow',
    args: draw('--guidance-option', '__proto__=1'),
    code: 2,
    says: /^neg: recipe-invalid: .*guidance\.options: Unrecognized key: "__proto__"/m,
  },
  {
    name: 'a role that an object would swallow',
    args: draw('--role', '__proto__=hat'),
    code: 2,
    says: /^neg: recipe-invalid: .*roles: Unrecognized key: "__proto__"/m,
  },
  {
    name: 'an out path below a file',
    args: draw('--out', 'file/x.png'),
    code: 1,
    says: /^neg: write-failed: file.x\.png cannot be written/m,
    prepare: (neg) => writeFileSync(neg.path('file'), ''),
  },
  {
    name: 'latents that would be written over a folder',
    args: draw('--latents', 'folder'),
    code: 1,
    says: /^neg: write-failed: folder cannot be written: it is a folder/m,
    prepare: (neg) => mkdirSync(neg.path('folder')),
  },
]

test.each(cases)('$name', async ({ args, code, says, prepare }) => {
  await inFolder(async (neg) => {
    prepare?.(neg)
    const before = neg.files()
    const outcome = await neg.run(...args)
    expect(outcome.stderr).toMatch(says)
    expect(outcome.code).toBe(code)
    expect(outcome.stdout).toBe('')
    expect(outcome.stderr).not.toMatch(/\n\s+at .*:\d+/)
    expect(outcome.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(10)
    expect(neg.files()).toEqual(before)
  })
})

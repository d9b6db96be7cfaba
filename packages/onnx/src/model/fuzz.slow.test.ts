import { readFileSync } from 'node:fs'
import { generate, NegError } from '@neg/core'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { cpu } from '../../test/local-model'
import { overlayFiles } from '../../test/overlay-files'
import { localSessions } from '../session/local-sessions'
import { createOnnxModel } from './create-onnx-model'

const folder = 'fixtures/layouts/tiny-sd15'
const recommendation = {
  guidance: { name: 'rescale', of: [{ name: 'apg', options: { eta: 0.5 } }] },
  scheduler: { name: 'ddim', config: { timestep_spacing: 'trailing' } },
  width: 64,
  window: { from: 0.1, to: 0.4 },
  examples: [{ prompt: 'a queen', negatives: ['crown'] }],
  knows: { worn: ['crown'] },
}
const recommended = new TextEncoder().encode(JSON.stringify(recommendation))
const whole = overlayFiles(diskFiles(folder), { 'neg.json': recommended })
const bytesOf = (path: string) =>
  path === 'neg.json' ? recommended : new Uint8Array(readFileSync(`${folder}/${path}`))

/** One edit of a file's bytes: overwrite, cut out, insert, or cut short, at a place between 0 and 1. */
const edit = fc.record({
  kind: fc.constantFrom('overwrite', 'remove', 'insert', 'truncate'),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  with: fc.uint8Array({ minLength: 1, maxLength: 8 }),
})

function mutated(bytes: Uint8Array, edits: readonly { kind: string; at: number; with: Uint8Array }[]): Uint8Array {
  return edits.reduce((now, { kind, at, with: value }) => {
    const from = Math.floor(at * now.length)
    const rest = kind === 'insert' ? from : Math.min(now.length, from + value.length)
    if (kind === 'truncate') return now.slice(0, from)
    return Uint8Array.from([...now.subarray(0, from), ...(kind === 'remove' ? [] : value), ...now.subarray(rest)])
  }, bytes)
}

/** Draws a picture of one step, or gives the error, which must be a NegError; what it draws must be finite. */
async function draw(files: Record<string, Uint8Array>): Promise<NegError | undefined> {
  const folder = overlayFiles(whole, files)
  try {
    const model = await createOnnxModel({
      files: folder,
      sessions: await localSessions({ files: folder, runtime: cpu }),
    })
    try {
      const { latents } = await generate(model, { prompt: 'a man, "glasses" 3', seed: 1, steps: 1, scale: 1 }).result
      expect(latents.data.every(Number.isFinite)).toBe(true)
    } finally {
      await model.dispose()
    }
  } catch (error) {
    if (NegError.isInstance(error)) return error
    throw error
  }
}

function fuzz(paths: readonly string[], edits: number, runs: { seed: number; numRuns: number }): Promise<void> {
  return fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...paths),
      fc.array(edit, { minLength: 1, maxLength: edits }),
      async (path, list) => {
        const error = await draw({ [path]: mutated(bytesOf(path), list) })
        if (!error) return
        expect(error.message.length).toBeLessThan(1500)
        expect(error.message).not.toMatch(/\n\s+at /)
      },
    ),
    runs,
  )
}

const configs = [
  'model_index.json',
  'unet/config.json',
  'vae_decoder/config.json',
  'text_encoder/config.json',
  'scheduler/scheduler_config.json',
  'neg.json',
]
const tokenizers = ['vocab.json', 'merges.txt', 'tokenizer_config.json', 'special_tokens_map.json'].map(
  (name) => `tokenizer/${name}`,
)

it('900 mutated configs each draw or are refused by a NegError', () => fuzz(configs, 3, { seed: 11, numRuns: 900 }))

it('600 mutated tokenizers each draw or are refused by a NegError', () =>
  fuzz(tokenizers, 3, { seed: 12, numRuns: 600 }))

it('200 mutated graphs each draw finite pictures or are refused by a NegError', () =>
  fuzz(['text_encoder/model.onnx', 'unet/model.onnx'], 2, { seed: 13, numRuns: 200 }))

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Schema } from '@neg/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { powerDdim } from '../../../../examples/guidance-plugin/src/power-ddim'
import { guidanceText } from './guidance-list'
import { cachedModels, sizesBelow } from './hub-cache'
import { isModelFolder, layoutLine, networksAmong } from './networks'
import { schedulersText } from './scheduler-list'
import { optionsOf } from './schema-options'
import { table } from './table'

let cache: string
beforeAll(() => {
  cache = mkdtempSync(join(tmpdir(), 'neg-cache-'))
})
afterAll(() => rmSync(cache, { recursive: true }))

test('options of a validator, with type, default and description', () => {
  // What zod makes of { eta: number = 0, spacing: enum = 'leading', betas?: number[] | null }
  const schema: Schema<unknown> = {
    parse: () => undefined as never,
    toJSONSchema: () => ({
      type: 'object',
      properties: {
        eta: { type: 'number', default: 0, description: 'noise' },
        spacing: { type: 'string', enum: ['leading', 'trailing'], default: 'leading' },
        betas: { anyOf: [{ type: 'array', items: { type: 'number' } }, { type: 'null' }] },
      },
    }),
  }
  expect(optionsOf(schema)).toEqual([
    { name: 'eta', type: 'number', default: 0, description: 'noise' },
    { name: 'spacing', type: '"leading" | "trailing"', default: 'leading' },
    { name: 'betas', type: 'number[] | null' },
  ])
})

test('columns are aligned', () => {
  expect(
    table([
      ['a', 'bbb', 'c'],
      ['aaaa', 'b', ''],
    ]),
  ).toBe('a     bbb  c\naaaa  b')
})

test('the guidance list names them all; one is told with its formula; an unknown one with the nearest', () => {
  const all = guidanceText(undefined, false)
  expect(all).toMatch(/^general: .*own strength and window.*\n {2}passes 2 · /m)
  expect(all).toMatch(/^apg: .*\n {2}passes 2 · Sadat .*\n {2}eta 0 · norm auto · /m)
  expect(all).toMatch(
    /^classifier: .*\n {2}wraps 1 · passes 2 · needs gradient:latent-classifier · .*\n {2}target \(object\) · /m,
  )
  expect(guidanceText('general', false)).toContain('s⁺ (d_y − d_∅)')
  expect(JSON.parse(guidanceText('negative-prompt', true)).name).toBe('negative-prompt')
  expect(guidanceText('perp-neg', false)).toMatch(
    /Passes: 2; with a negative 3.*\nNeeds: nothing.*\nReads: the prompt, negatives/,
  )
  expect(guidanceText('cfg-plus-plus', false)).toContain('Needs: scheduler.split')
  expect(() => guidanceText('genral', false)).toThrow("no guidance 'genral'. Did you mean general?")
})

test('the cache is read as Hugging Face lays it out: links into blobs, newest snapshot, only image models', async () => {
  const repository = join(cache, 'models--some--model')
  mkdirSync(join(repository, 'blobs'), { recursive: true })
  writeFileSync(join(repository, 'blobs', 'abc'), 'x'.repeat(1000))
  const snapshot = join(repository, 'snapshots', '0123')
  mkdirSync(join(snapshot, 'unet'), { recursive: true })
  writeFileSync(join(snapshot, 'model_index.json'), '{}')
  symlinkSync(join(repository, 'blobs', 'abc'), join(snapshot, 'unet', 'model.onnx'))
  mkdirSync(join(cache, 'models--some--text', 'snapshots', '1'), { recursive: true })
  const flat = join(cache, 'models--some--webnn', 'snapshots', '1')
  mkdirSync(flat, { recursive: true })
  writeFileSync(join(flat, 'unet_model_q4f16.onnx'), '')
  expect(await cachedModels(cache, isModelFolder)).toEqual([
    { id: 'some/model', folder: snapshot },
    { id: 'some/webnn', folder: flat },
  ])
  expect(await sizesBelow(snapshot)).toContainEqual({ path: join(snapshot, 'unet', 'model.onnx'), bytes: 1000 })
  expect(await cachedModels(join(cache, 'nowhere'), isModelFolder)).toEqual([])
})

test('a scheduler of a plug-in is listed with the others, and told with its version, options and walk', async () => {
  const list = JSON.parse(await schedulersText(undefined, { json: true }, [powerDdim]))
  expect(list.at(-1)).toMatchObject({ name: 'PowerDDIMScheduler', version: '1', aliases: ['power-ddim'] })
  const one = JSON.parse(
    await schedulersText('power-ddim', { json: true, steps: 4, schedulerOption: { power: 2 } }, [powerDdim]),
  )
  expect(one.config.power).toBe(2)
  expect(one.timesteps).toEqual([999, 562, 250, 62])
  await expect(schedulersText('power-ddim', { json: true })).rejects.toMatchObject({ code: 'scheduler-unknown' })
})

test.each([
  [['unet/model.onnx', 'vae_decoder/model.onnx'], 'diffusers’ layout'],
  [['unet/model.onnx', 'unet/model_fp16.onnx'], 'diffusers’ layout, fp16'],
  [['onnx/unet/model_fp16.onnx', 'onnx/vae_decoder/model_fp16.onnx'], 'diffusers’ layout in onnx/, fp16'],
  [
    ['unet_model_q4f16.onnx', 'unet/config.json', 'vae-decoder.onnx'],
    'unet: unet_model_q4f16.onnx (q4f16), vae_decoder: vae-decoder.onnx',
  ],
])('a folder of %j is said to have %s', (files, line) => {
  expect(layoutLine(networksAmong('m', files))).toBe(line)
})

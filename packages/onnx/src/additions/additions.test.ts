import { readFileSync } from 'node:fs'
import { generate, NegError, type RecipeInput } from '@neg/core'
import { describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { cpu, localModel } from '../../test/local-model'
import { overlayFiles } from '../../test/overlay-files'
import type { ModelFile } from '../files/model-files'
import { createOnnxModel } from '../model/create-onnx-model'
import { localSessions } from '../session/local-sessions'

interface Case {
  readonly model: string
  readonly prompt: string
  readonly negative: string
  readonly steps: number
  readonly scale: number
  readonly seed: number
  readonly loras?: readonly (readonly [name: string, weight: number])[]
  readonly embeddings?: readonly string[]
  readonly first: readonly number[]
  readonly largest: number
}

const { cases } = JSON.parse(readFileSync('fixtures/layouts/additions.json', 'utf8')) as { cases: Case[] }
const folder = diskFiles('fixtures/layouts/additions')
const fileOf = (name: string) => folder.open(`${name}.safetensors`)

const additionsOf = async ({ loras = [], embeddings = [] }: Pick<Case, 'loras' | 'embeddings'>) => ({
  loras: await Promise.all(loras.map(async ([name, weight]) => ({ name, weight, file: await fileOf(name) }))),
  embeddings: await Promise.all(embeddings.map(async (name) => ({ name, file: await fileOf(name) }))),
})

const recipeOf = ({ prompt, negative, steps, scale, seed }: Case): RecipeInput => ({
  prompt,
  negatives: [negative],
  ...{ steps, scale, seed, width: 64, height: 64 },
})

it.each(cases.map((one, i) => ({ ...one, i, one })))(
  '$i $model, $loras, $embeddings: diffusers’ latents',
  async ({ one }) => {
    const model = await localModel(`fixtures/layouts/${one.model}`, await additionsOf(one))
    const { latents, record } = await generate(model, recipeOf(one), { decode: false }).result
    const worst = Math.max(...one.first.map((value, i) => Math.abs(value - latents.data[i])))
    expect(worst / one.largest).toBeLessThan(1e-4)
    expect(record.models.main.loras?.map(({ name, weight }) => [name, weight])).toEqual(one.loras)
    expect(record.models.main.embeddings?.map(({ name }) => name)).toEqual(one.embeddings)
    await model.dispose()
  },
)

const bytesOf = (name: string) => new Uint8Array(readFileSync(`fixtures/layouts/additions/${name}.safetensors`))
const asFile = (bytes: Uint8Array): ModelFile => ({
  size: bytes.length,
  slice: async (from, to) => bytes.subarray(from, to),
})

/** A safetensors file whose tensors have other names. */
function renamed(name: string, rename: (key: string) => string): ModelFile {
  const bytes = bytesOf(name)
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true))
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>
  const changed = Object.fromEntries(
    Object.entries(header).map(([key, value]) => [key === '__metadata__' ? key : rename(key), value]),
  )
  const text = new TextEncoder().encode(JSON.stringify(changed))
  const file = new Uint8Array(8 + text.length + bytes.length - 8 - length)
  new DataView(file.buffer).setBigUint64(0, BigInt(text.length), true)
  file.set(text, 8)
  file.set(bytes.subarray(8 + length), 8 + text.length)
  return asFile(file)
}

const recipe: RecipeInput = { prompt: 'a dog', negatives: ['a hat'], steps: 2, seed: 1, width: 64, height: 64 }
const tiny = 'fixtures/layouts/tiny-sd15'

async function drawn(options: Parameters<typeof localModel>[1], more: Partial<RecipeInput> = {}) {
  const model = await localModel(tiny, options)
  const { latents, record } = await generate(model, { ...recipe, ...more }, { decode: false }).result
  await model.dispose()
  return { latents: [...latents.data], record, info: model.info }
}

const refusal = async (folder: string, options: Parameters<typeof localModel>[1]) => {
  try {
    await (await localModel(folder, options)).dispose()
  } catch (error) {
    if (NegError.isInstance(error)) return error
    throw error
  }
  throw new Error('it opened')
}

describe('a LoRA', () => {
  it('is the same in the keys of diffusers, of before PEFT, and of kohya', async () => {
    const [peft, none] = [await drawn({ loras: [{ name: 'l', file: await fileOf('peft') }] }), await drawn({})]
    expect(peft.latents).not.toEqual(none.latents)
    const old = renamed('peft', (key) =>
      key.startsWith('unet.')
        ? key.replace(
            /\.(to_[kv])\.lora_(A|B)\.weight$/,
            (_, layer, half) => `.processor.${layer}_lora.${half === 'A' ? 'down' : 'up'}.weight`,
          )
        : key.replace(
            /\.lora_(A|B)\.weight$/,
            (_, half) => `.lora_linear_layer.${half === 'A' ? 'down' : 'up'}.weight`,
          ),
    )
    const kohya = renamed('peft', (key) => {
      const [, path, half] = /^(.*)\.lora_(A|B)\.weight$/.exec(key) ?? []
      const flat = path
        .replaceAll('.', '_')
        .replace(/^text_encoder_/, 'lora_te_')
        .replace(/^unet_/, 'lora_unet_')
      return `${flat}.lora_${half === 'A' ? 'down' : 'up'}.weight`
    })
    for (const file of [old, kohya])
      expect((await drawn({ loras: [{ name: 'l', file }] })).latents).toEqual(peft.latents)
  })

  it('is part of the digest with its weight, and takes away what it added', async () => {
    const file = await fileOf('kohya')
    const digests = await Promise.all(
      [{}, { loras: [{ name: 'l', file }] }, { loras: [{ name: 'l', file, weight: 0.5 }] }].map(
        async (options) => (await drawn(options)).info.digest,
      ),
    )
    expect(new Set(digests).size).toBe(3)
    const { latents } = await drawn({
      loras: [
        { name: 'a', file },
        { name: 'b', file, weight: -1 },
      ],
    })
    const plain = (await drawn({})).latents
    const largest = Math.max(...plain.map(Math.abs))
    expect(Math.max(...latents.map((value, i) => Math.abs(value - plain[i]))) / largest).toBeLessThan(1e-4)
  })

  it('has a weight for the text encoders apart', async () => {
    const peft = await fileOf('peft')
    // Without the keys of a network, that network is as it was.
    const without = (part: string) => renamed('peft', (key) => (key.startsWith(`${part}.`) ? `none.${key}` : key))
    const [unet, text] = await Promise.all(
      ['text_encoder', 'unet'].map((part) => drawn({ loras: [{ name: 'l', file: without(part), weight: 0.6 }] })),
    )
    const of = async (weight: number, textWeight: number) =>
      drawn({ loras: [{ name: 'l', file: peft, weight, textWeight }] })
    expect((await of(0.6, 0)).latents).toEqual(unet.latents)
    const onlyText = await of(0, 0.6)
    expect(onlyText.latents).toEqual(text.latents)
    expect(onlyText.record.models.main.loras).toMatchObject([{ name: 'l', weight: 0, textWeight: 0.6 }])
    const [same, one] = [await of(0.6, 0.6), await drawn({ loras: [{ name: 'l', file: peft, weight: 0.6 }] })]
    expect(same.info.digest).toBe(one.info.digest)
    expect(same.record).toEqual(one.record)
    expect(new Set([onlyText, one, await of(0.6, 0.1)].map(({ info }) => info.digest)).size).toBe(3)
  })

  it('says which of its keys fit nothing; one that fits nothing at all is refused', async () => {
    const strange = renamed('peft', (key) => key.replace('unet.mid_block', 'unet.last_block'))
    const { record } = await drawn({ loras: [{ name: 'l', file: strange }] })
    expect(record.warnings).toEqual([
      expect.objectContaining({
        code: 'lora-unused',
        message: expect.stringMatching(/4 keys of the LoRA l .*unet\.last_block/),
      }),
    ])
    const foreign = renamed('peft', (key) => key.replace(/^(unet|text_encoder)\./, '$1.other.'))
    expect(await refusal(tiny, { loras: [{ name: 'l', file: foreign }] })).toMatchObject({ code: 'model-mismatch' })
    expect(await refusal(tiny, { loras: [{ name: 'l', file: await fileOf('EasyNegative') }] })).toMatchObject({
      code: 'model-mismatch',
    })
    const dora = renamed('kohya', (key) => key.replace(/\.alpha$/, '.dora_scale'))
    expect(await refusal(tiny, { loras: [{ name: 'l', file: dora }] })).toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(/DoRA/),
    })
  })

  it('is added to weights in float16, in memory and beside the graph', async () => {
    const files = overlayFiles(diskFiles(tiny), {
      'unet/model.onnx': new Uint8Array(readFileSync('fixtures/layouts/tiny-sd15-variants/unet/model_fp16.onnx')),
      'text_encoder/model.onnx': new Uint8Array(
        readFileSync('fixtures/layouts/tiny-sd15-variants/text_encoder/model_fp16.onnx'),
      ),
    })
    const half = await createOnnxModel({
      files,
      sessions: await localSessions({ files, runtime: cpu }),
      ...(await additionsOf({ loras: [['kohya', 1]], embeddings: ['EasyNegative'] })),
    })
    const asked = { ...recipe, negatives: ['EasyNegative'] }
    const { latents } = await generate(half, asked, { decode: false }).result
    const whole = await drawn(await additionsOf({ loras: [['kohya', 1]], embeddings: ['EasyNegative'] }), asked)
    const largest = Math.max(...whole.latents.map(Math.abs))
    expect(Math.max(...whole.latents.map((value, i) => Math.abs(value - latents.data[i]))) / largest).toBeLessThan(0.02)
    await half.dispose()
  })
})

describe('a textual inversion', () => {
  it('is read by name with and without what other tools write, and is words without it', async () => {
    const options = await additionsOf({ embeddings: ['EasyNegative'] })
    const [one, other, none] = await Promise.all(
      [options, options, {}].map((given, i) =>
        drawn(given, { negatives: [i === 1 ? 'embedding:easynegative' : 'EasyNegative'] }),
      ),
    )
    expect(one.latents).toEqual(other.latents)
    expect(one.latents).not.toEqual(none.latents)
    expect(one.record.warnings).toEqual([])
    const asked = await drawn({}, { negatives: ['embedding:EasyNegative'] })
    expect(asked.record.warnings).toEqual([expect.objectContaining({ code: 'prompt-syntax' })])
  })

  it('of another kind of model is refused, or left out of a folder with a word where it is named', async () => {
    const file = await fileOf('negative-xl')
    expect(await refusal(tiny, { embeddings: [{ name: 'negative-xl', file }] })).toMatchObject({
      code: 'model-mismatch',
    })
    const { record, info } = await drawn(
      { embeddings: [{ name: 'negative-xl', file, optional: true }] },
      { negatives: ['negative-xl'] },
    )
    expect(info.additions?.skipped).toEqual(['negative-xl'])
    expect(record.warnings).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/another kind of model/) }),
    ])
    const one = await fileOf('EasyNegative')
    expect(await refusal('fixtures/layouts/tiny-sdxl', { embeddings: [{ name: 'e', file: one }] })).toMatchObject({
      code: 'model-mismatch',
    })
    expect(
      await refusal(tiny, {
        embeddings: [
          { name: 'e', file: one },
          { name: 'E', file: one },
        ],
      }),
    ).toMatchObject({ code: 'option-invalid' })
  })

  it('that is pickled, cut off or no file of its kind is refused with what to do', async () => {
    const pickled = Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 0, 0, 0)
    expect(await refusal(tiny, { embeddings: [{ name: 'bad.pt', file: asFile(pickled) }] })).toMatchObject({
      code: 'model-unsupported',
      message: expect.stringMatching(/torch\.load/),
    })
    const whole = bytesOf('EasyNegative')
    for (const bytes of [
      whole.subarray(0, 4),
      whole.subarray(0, 40),
      whole.subarray(0, whole.length - 1),
      new Uint8Array(20),
    ]) {
      expect(await refusal(tiny, { embeddings: [{ name: 'e', file: asFile(bytes) }] })).toMatchObject({
        code: 'model-file-malformed',
      })
    }
    expect(await refusal(tiny, { embeddings: [{ name: 'e', file: await fileOf('peft') }] })).toMatchObject({
      code: 'model-file-malformed',
    })
  })
})

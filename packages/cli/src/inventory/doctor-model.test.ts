import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diagnoseModel, modelDoctorText } from './doctor-model'

const tiny = 'fixtures/layouts/tiny-sd15'

test('a folder that opens', async () => {
  const diagnosis = await diagnoseModel({ model: tiny, device: 'cpu' })
  expect(diagnosis).toMatchObject({
    ok: true,
    found: `${tiny} opens on cpu: 64 × 64, PNDMScheduler`,
    missing: [],
    commands: [`neg generate "a dog" --model ${tiny}`],
  })
  expect(Object.keys(diagnosis.networks).sort()).toEqual(['text_encoder', 'unet', 'vae_decoder', 'vae_encoder'])
})

test('a folder of graphs alone: what is missing, and the command that mends it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'neg-doctor-'))
  try {
    for (const part of ['unet', 'text_encoder', 'vae_decoder']) {
      cpSync(join(tiny, part, 'model.onnx'), join(folder, part, 'model.onnx'))
    }
    cpSync(join(tiny, 'vae_encoder', 'model.onnx'), join(folder, 'strange.onnx'))
    const diagnosis = await diagnoseModel({ model: folder, device: 'cpu' })
    expect(diagnosis.ok).toBe(false)
    expect(diagnosis.unknown).toEqual(['strange.onnx'])
    expect(diagnosis.missing.map(({ path }) => path)).toEqual([
      'scheduler/scheduler_config.json',
      'tokenizer/vocab.json',
      'unet/config.json',
      'vae_decoder/config.json',
    ])
    expect(diagnosis.commands).toEqual([expect.stringMatching(/^neg generate "a dog" --model .* --configs /)])
    expect(modelDoctorText(diagnosis)).toContain('✗ missing')
    const mended = await diagnoseModel({ model: folder, device: 'cpu', configs: tiny })
    expect(mended).toMatchObject({ ok: true, missing: [] })
    expect(mended.commands[0]).toContain(`--configs ${tiny}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a model that is not there', async () => {
  const diagnosis = await diagnoseModel({ model: 'nowhere' })
  expect(diagnosis).toMatchObject({ ok: false, networks: {}, missing: [], commands: [] })
  expect(modelDoctorText(diagnosis)).toContain('✗ nowhere does not open: There is no model folder')
})

test('what was added to a model is listed, with the command that draws with it', async () => {
  const additions = 'fixtures/layouts/additions'
  const flags = {
    ...{ model: tiny, device: 'cpu', loras: additions, embeddings: additions },
    lora: [{ file: `${additions}/kohya.safetensors`, weight: 0.5 }],
  }
  const diagnosis = await diagnoseModel(flags)
  expect(diagnosis.additions?.loras).toMatchObject([{ name: 'kohya', weight: 0.5 }])
  const text = modelDoctorText(diagnosis)
  for (const line of [
    /✓ LoRA +kohya × 0\.5/,
    /✓ embedding +EasyNegative: /,
    /✗ embedding +negative-xl: of another kind/,
    /<lora:peft:1>/,
  ]) {
    expect(text).toMatch(line)
  }
  expect(diagnosis.commands).toEqual([
    `neg generate "a dog" --model ${tiny} --lora ${additions}/kohya.safetensors:0.5 --loras ${additions} --embeddings ${additions}`,
  ])
})

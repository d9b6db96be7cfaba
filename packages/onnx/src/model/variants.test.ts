import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { tensor } from '@neg/core'
import { torchGenerator } from '@neg/core/schedulers'
import { cosine, norm } from '@neg/core/tensor'
import { afterAll, describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { cpu } from '../../test/local-model'
import type { ModelFiles } from '../files/model-files'
import { localSessions } from '../session/local-sessions'
import { createOnnxModel, type OnnxModelOptions } from './create-onnx-model'

const plain = 'fixtures/layouts/tiny-sd15'
const variants = 'fixtures/layouts/tiny-sd15-variants'
const folder = mkdtempSync(join(tmpdir(), 'neg-variants-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** tiny-sd15 with files of its variants. */
function copyWith(name: string, ...paths: readonly string[]): string {
  const copy = join(folder, name)
  cpSync(plain, copy, { recursive: true })
  for (const path of paths) cpSync(join(variants, path), join(copy, path))
  return copy
}

const open = async (files: ModelFiles, options: Partial<OnnxModelOptions> & { dtype?: never | string } = {}) =>
  createOnnxModel({ files, sessions: await localSessions({ files, runtime: cpu, dtype: options.dtype }), ...options })

/** The same files without places on a disk, as a browser has them. */
const asBytes = (files: ModelFiles): ModelFiles => ({
  ...files,
  async open(path) {
    const { size, slice, sha256 } = await files.open(path)
    return { size, slice, sha256 }
  },
})

/** One of everything: an embedding, a prediction, a picture and its latents. */
async function results(model: Awaited<ReturnType<typeof open>>, needs = new Set<'attention.capture'>()) {
  const input = tensor(torchGenerator(1n).randn(256), [4, 8, 8])
  const [conditioning] = await model.encode([{ text: 'a man with glasses' }], { width: 64, height: 64 })
  await model.prepare(needs, {})
  const { rows } = await model.denoise({ rows: [{ picture: 'p', input, t: 500, conditioning }] }, {})
  const picture = await model.decode(input, {})
  const posterior = await model.encodeImage?.(picture, {})
  const hidden = (await conditioning.tensors?.())?.encoder_hidden_states
  const { digest } = model.info
  await model.dispose()
  return { prediction: rows[0].output, picture, mean: posterior?.mean ?? input, hidden: hidden ?? input, digest }
}

const expected = await results(await open(diskFiles(plain)))

describe('float16 files', () => {
  it('are fed and read as such, and give nearly the same', async () => {
    const paths = ['unet', 'text_encoder', 'vae_decoder', 'vae_encoder'].map((part) => `${part}/model_fp16.onnx`)
    const half = await results(await open(diskFiles(copyWith('half', ...paths)), { dtype: 'fp16' }))
    for (const name of ['hidden', 'prediction', 'mean'] as const) {
      expect(cosine(half[name], expected[name])).toBeGreaterThan(0.9999)
      expect(norm(half[name]) / norm(expected[name])).toBeCloseTo(1, 2)
      expect(half[name].data).not.toEqual(expected[name].data)
    }
    const off = half.picture.data.map((value, i) => Math.abs(value - expected.picture.data[i]))
    expect(Math.max(...off)).toBeLessThan(6)
    expect(half.digest).not.toBe(expected.digest)
  })
})

describe('weights in other files', () => {
  const external = ['unet/model.onnx', 'unet/weights.pb']

  /** As Hub caches have it: every file a link to another name in one folder. */
  const asLinks = (copy: string): ModelFiles => {
    const blobs = join(copy, '..', `blobs-of-${basename(copy)}`)
    mkdirSync(blobs)
    for (const [i, path] of external.entries()) {
      renameSync(join(copy, path), join(blobs, `blob${i}`))
      symlinkSync(join(blobs, `blob${i}`), join(copy, path))
    }
    return diskFiles(copy)
  }

  it.each([
    ['the disk', diskFiles],
    ['bytes', (copy: string) => asBytes(diskFiles(copy))],
    ['links', asLinks],
  ])('give the same from %s, in the plain graph and in a patched one', async (name, from) => {
    const files = from(copyWith(`from-${name.replace(' ', '-')}`, ...external))
    expect((await results(await open(files))).prediction).toEqual(expected.prediction)
    const { prediction } = await results(await open(files), new Set(['attention.capture']))
    expect(cosine(prediction, expected.prediction)).toBeCloseTo(1, 6)
  })

  it('are missed by name before anything runs', async () => {
    const files = diskFiles(copyWith('incomplete', 'unet/model.onnx'))
    await expect(open(files)).rejects.toMatchObject({
      code: 'model-file-missing',
      message: expect.stringContaining('unet/weights.pb'),
    })
  })

  it('are part of the digest', async () => {
    const digests = await Promise.all(
      ['a', 'b'].map(async (name) => {
        const copy = copyWith(`digest-${name}`, ...external)
        if (name === 'b') cpSync(join(variants, 'unet/model_fp16.onnx'), join(copy, 'unet/weights.pb'))
        const model = await open(diskFiles(copy))
        await model.dispose()
        return model.info.digest
      }),
    )
    expect(digests[0]).not.toBe(digests[1])
  })
})

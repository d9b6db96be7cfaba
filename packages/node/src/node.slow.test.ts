import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { generate, NegError, type RunEvent, type RunOptions, type Tensor, tensor } from '@neg/core'
import type { Conditioning } from '@neg/core/adapter'
import { torchGenerator } from '@neg/core/schedulers'
import { devices, type NodeModel, node, nodeSessions } from '@neg/node'
import * as ort from 'onnxruntime-node'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const tiny = 'fixtures/layouts/tiny-sd15'
const folder = mkdtempSync(join(tmpdir(), 'neg-node-'))
let model: NodeModel
beforeAll(async () => {
  model = await node({ device: 'cpu', threads: 1 })
})
afterAll(async () => {
  await model.dispose()
  rmSync(folder, { recursive: true, force: true })
})

const noise: Tensor = tensor(torchGenerator(1n).randn(2048), [8, 16, 16])
const row = (conditioning: Conditioning, input = noise) => ({ picture: 'p', input, t: 500, conditioning })
const encodeOne = async (from: NodeModel) => (await from.encode([{ text: 'a man' }], { width: 128, height: 128 }))[0]

/** A copy of a model folder with something changed. */
function copyOf(name: string, change: (path: string) => void): string {
  const path = join(folder, name)
  cpSync(tiny, path, { recursive: true })
  change(path)
  return path
}

describe('node()', () => {
  it('loads the embedded model when none is given, and tells all about it', async () => {
    expect(model.info).toMatchObject({
      id: '@neg/portraits',
      tokenLimits: { text_encoder: 77 },
      size: { width: 128, height: 128 },
      sizeMultiple: 32,
      scheduler: { name: 'PNDMScheduler' },
      numerics: { backend: 'onnxruntime-node', runtime: ort.env.versions.node, device: 'cpu', threads: 1 },
    })
    expect(model.info.digest).toMatch(/^[0-9a-f]{64}$/)
    expect(model.provides.has('encode-image')).toBe(true)
    expect(model.classify).toBeDefined()
  })

  it('opens a folder of graphs alone with the configs of another, and one whose model lies deeper', async () => {
    const bare = copyOf('bare', (path) => {
      for (const part of [
        'scheduler',
        'tokenizer',
        'model_index.json',
        'unet/config.json',
        'vae_decoder/config.json',
      ]) {
        rmSync(join(path, part), { recursive: true })
      }
    })
    const options = { device: 'cpu', threads: 1 } as const
    await expect(node({ ...options, model: bare })).rejects.toMatchObject({
      code: 'model-file-missing',
      message: expect.stringContaining('--configs'),
    })
    cpSync(tiny, join(folder, 'deeper', 'onnx'), { recursive: true })
    const [whole, lent, deeper] = await Promise.all([
      node({ ...options, model: tiny }),
      node({ ...options, model: bare, configs: tiny }),
      node({ ...options, model: join(folder, 'deeper'), files: { unet: 'unet/model.onnx' } }),
    ])
    const prompt = { prompt: 'a dog', negatives: ['cat'], steps: 1, seed: 1 }
    const [a, b, c] = await Promise.all([whole, lent, deeper].map((one) => generate(one, prompt).result))
    expect(b.latents).toEqual(a.latents)
    expect(c.latents).toEqual(a.latents)
    expect(deeper.info.digest).toBe(whole.info.digest)
    await Promise.all([whole, lent, deeper].map((one) => one.dispose()))
  })

  it('digests content and names, not places', async () => {
    const [here, copied, changed] = await Promise.all([
      node({ model: tiny, device: 'cpu' }),
      node({ model: copyOf('copy', () => {}), device: 'cpu' }),
      node({
        model: copyOf('changed', (path) =>
          writeFileSync(join(path, 'scheduler/scheduler_config.json'), '{"_class_name": "DDIMScheduler"}'),
        ),
        device: 'cpu',
      }),
    ])
    expect(copied.info.digest).toBe(here.info.digest)
    expect(changed.info.digest).not.toBe(here.info.digest)
    await Promise.all([here, copied, changed].map((loaded) => loaded.dispose()))
  })

  it('gives in a worker what it gives in this thread', async () => {
    const here = await node({ device: 'cpu', threads: 1, ort })
    const outputs = await Promise.all(
      [model, here].map(async (from) => {
        const conditioning = await encodeOne(from)
        const { rows } = await from.denoise({ rows: [row(conditioning)] }, {})
        return { id: conditioning.id, output: rows[0].output, picture: await from.decode(noise, {}) }
      }),
    )
    expect(outputs[1]).toEqual(outputs[0])
    await here.dispose()
  })

  it('draws runs in the worker as it does here, step by step', async () => {
    const recipe = { prompt: 'a man with a beard', negatives: ['glasses'], seed: 3, steps: 4 }
    const cases: [object, RunOptions][] = [
      [{}, {}],
      [{ scheduler: 'EulerAncestralDiscreteScheduler', guidance: { name: 'rescale' } }, { previews: { every: 2 } }],
      [{ guidance: 'nag' }, { decode: false }],
      [{}, { capture: { roles: ['negative'], tokens: 'words', maps: true } }],
    ]
    const plain = ({ ms, ...event }: RunEvent & { ms?: number }) => event
    for (const [more, options] of cases) {
      const drawn = await Promise.all(
        // A copy has no host: its runs are drawn in this thread.
        [model, { ...model }].map(async (from) => {
          const run = generate(from, { ...recipe, ...more }, options)
          const { latents, image, record } = await run.result
          const events: unknown[] = []
          for await (const event of run) events.push(plain(event))
          return { latents, image, record, events }
        }),
      )
      expect(drawn[0]).toEqual(drawn[1])
    }
  })

  it('leaves the caller’s event loop free while networks run', async () => {
    const conditioning = await encodeOne(model)
    let turns = 0
    let running = true
    const turn = () => {
      turns++
      if (running) setImmediate(turn)
    }
    setImmediate(turn)
    await model.denoise({ rows: [row(conditioning), row(conditioning), row(conditioning)] }, {})
    running = false
    expect(turns).toBeGreaterThan(20)
  })

  it('refuses what it can’t be asked, before anything starts', async () => {
    await expect(node({ device: 'gpu' })).rejects.toMatchObject({
      code: 'device-unknown',
      message: expect.stringContaining('webgpu'),
    })
    await expect(node({ modle: tiny } as never)).rejects.toMatchObject({ code: 'option-unknown', where: 'modle' })
    await expect(node({ threads: 0 })).rejects.toMatchObject({ code: 'option-invalid', where: 'threads' })
    await expect(node({ model: tiny, dtype: 'fp12' })).rejects.toMatchObject({ code: 'option-invalid', where: 'dtype' })
    await expect(node({ signal: AbortSignal.abort(new Error('stop')) })).rejects.toThrow('stop')
  })

  it('says why a device is not there, and what to do', async () => {
    const elsewhere = process.platform === 'darwin' ? 'dml' : 'coreml'
    const error = await node({ device: elsewhere }).catch((reason) => reason)
    expect(error).toMatchObject({ code: 'device-unavailable', where: 'device' })
    expect(error.message).toContain(`Device '${elsewhere}' is not available: this is ${process.platform}`)
    const states = await devices()
    expect(states.map(({ name }) => name)).toEqual(['cpu', 'cuda', 'webgpu', 'coreml', 'dml'])
    expect(states[0]).toEqual({ name: 'cpu', available: true })
    const cuda = states[1]
    if (!cuda.available) expect(cuda.remedy).toContain('ONNXRUNTIME_NODE_INSTALL=cuda12')
  })

  it('says what to install where onnxruntime is missing or is something else', async () => {
    const absent = await node({ ort: 'onnxruntime-of-nobody' }).catch((reason) => reason)
    expect(absent).toMatchObject({ code: 'runtime-missing', message: expect.stringContaining('npm install') })
    const other = await node({ ort: 'zod' }).catch((reason) => reason)
    expect(other).toMatchObject({ code: 'runtime-missing', message: expect.stringContaining('zod is not onnxruntime') })
  })

  it('names what is missing or broken in a folder', async () => {
    const cases: [string, string, string][] = [
      [join(folder, 'nowhere'), 'model-missing', 'There is no model folder'],
      [resolve(tiny, 'model_index.json'), 'model-missing', 'is a file'],
      ['packages', 'model-missing', 'model_index.json'],
      [copyOf('no-unet', (path) => unlinkSync(join(path, 'unet/model.onnx'))), 'model-file-missing', 'unet/model.onnx'],
      [
        copyOf('cut', (path) => truncateSync(join(path, 'vae_decoder/model.onnx'), 100_000)),
        'model-file-malformed',
        'vae_decoder/model.onnx',
      ],
      [
        copyOf('json', (path) => writeFileSync(join(path, 'unet/config.json'), '{')),
        'model-file-malformed',
        'unet/config.json',
      ],
      [
        copyOf('vocabulary', (path) => writeFileSync(join(path, 'tokenizer/vocab.json'), '[]')),
        'tokenizer-malformed',
        'tokenizer/vocab.json',
      ],
    ]
    for (const [path, code, text] of cases) {
      const error = await node({ model: path, device: 'cpu' }).catch((reason) => reason)
      expect(NegError.isInstance(error) && error.code).toBe(code)
      expect(error.message).toContain(text)
    }
  })

  it('notices weights that are garbage when they are first read', async () => {
    const path = copyOf('garbage', (copy) => {
      const file = join(copy, 'vae_decoder/model.onnx')
      const bytes = readFileSync(file)
      // The operators' names: no runtime knows "Konv".
      writeFileSync(file, Buffer.from(bytes.toString('latin1').replaceAll('Conv', 'Konv'), 'latin1'))
    })
    const broken = await node({ model: path, device: 'cpu' })
    const latents = tensor(new Float32Array(4 * 64), [4, 8, 8])
    await expect(broken.decode(latents, {})).rejects.toMatchObject({
      message: expect.stringContaining('vae_decoder/model.onnx'),
    })
    await broken.dispose()
  })
})

describe('a model on Node', () => {
  it('aborts at once and goes on', async () => {
    const conditioning = await encodeOne(model)
    const controller = new AbortController()
    const reason = new Error('stop')
    const answer = model.denoise({ rows: [row(conditioning)] }, { signal: controller.signal })
    controller.abort(reason)
    await expect(answer).rejects.toBe(reason)
    await expect(model.denoise({ rows: [row(conditioning)] }, {})).resolves.toMatchObject({ calls: 1 })
  })

  it('is disposed of once; waiters are rejected', async () => {
    const other = await node({ model: tiny, device: 'cpu' })
    const conditioning = await encodeOne(other)
    const input = tensor(new Float32Array(4 * 64), [4, 8, 8])
    const answer = expect(other.denoise({ rows: [row(conditioning, input)] }, {})).rejects.toMatchObject({
      code: 'disposed',
    })
    await Promise.all([other.dispose(), other.dispose()])
    await answer
    await expect(encodeOne(other)).rejects.toMatchObject({ code: 'disposed' })
  })

  it('says so when its worker dies, and can still be disposed of', async () => {
    // As exported, nothing runs before it is asked for: no kernel is proven.
    const options = { model: tiny, device: 'cpu', attention: 'exported' } as const
    const dying = await node({ ...options, ort: resolve('packages/node/test/dying-ort.mjs') })
    const error = await encodeOne(dying).catch((reason) => reason)
    expect(error).toMatchObject({ code: 'worker-lost', message: expect.stringContaining('exit code 7') })
    await expect(encodeOne(dying)).rejects.toMatchObject({ code: 'worker-lost' })
    await dying.dispose()
  })

  it('does not keep the process alive, but finishes what it was asked', async () => {
    const script = `
      import { node } from ${JSON.stringify(pathToFileURL(resolve('packages/node/dist/index.js')).href)}
      const model = await node({ model: ${JSON.stringify(resolve(tiny))}, device: 'cpu' })
      const [c] = await model.encode([{ text: 'a man' }], { width: 64, height: 64 })
      console.log(c.words[1].word)`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 60_000,
    })
    expect(stdout.trim()).toBe('man')
  })
})

describe('a thread that was started before its model is known', () => {
  it('hosts the next model, once', async () => {
    const { prestart } = await import('@neg/node/start')
    prestart()
    prestart()
    const models = await Promise.all([node({ device: 'cpu' }), node({ device: 'cpu' })])
    const [a, b] = models.map(({ info }) => info.digest)
    expect(a).toBe(b)
    await Promise.all(models.map((model) => model.dispose()))
  })

  it('is gone where no model comes, once what it loads is loaded', async () => {
    const script = `
      import { endPrestarted, prestart } from '@neg/node/start'
      await endPrestarted()
      prestart()
      await endPrestarted()
      console.log(process.getActiveResourcesInfo().filter((one) => one === 'MessagePort').length)`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
      timeout: 60_000,
    })
    expect(stdout.trim()).toBe('0')
  })
})

it.each(['attention', 'memory', 'mixPictures'])('networks one by one have no option %s, and say so', async (name) => {
  const value = name === 'mixPictures' ? true : 'auto'
  await expect(nodeSessions({ device: 'cpu', [name]: value })).rejects.toMatchObject({
    code: 'option-unknown',
    where: name,
  })
})

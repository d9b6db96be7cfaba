import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NegError, tensor } from '@neg/core'
import { node } from '@neg/node'
import type { ProgressEvent } from '@neg/onnx'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commit, etagOf, type HubServer, hubServer } from '../../test/hub-server'
import { hubModel, isHubId } from './hub-model'
import { type HubSettings, hubSettings } from './hub-settings'

const source = 'fixtures/layouts/tiny-sd15'
const paths = (readdirSync(source, { recursive: true }) as string[]).filter((path) =>
  statSync(join(source, path)).isFile(),
)
const whole = () => ({
  ...Object.fromEntries(paths.map((path) => [path, readFileSync(join(source, path))])),
  'README.md': Buffer.from('# A model'),
  'safety_checker/model.onnx': Buffer.alloc(50_000),
  'unet/diffusion_pytorch_model.safetensors': Buffer.alloc(60_000),
})

let server: HubServer
let cache: string
beforeEach(async () => {
  cache = mkdtempSync(join(tmpdir(), 'neg-hub-'))
  server = await hubServer(whole())
})
afterEach(async () => {
  await server.close()
  rmSync(cache, { recursive: true, force: true })
})

const settings = (changes: Partial<HubSettings> = {}): HubSettings => ({
  ...hubSettings({ cacheDir: cache }, { HF_ENDPOINT: server.endpoint, HF_TOKEN_PATH: join(cache, 'none') }),
  attempts: 3,
  delay: 1,
  stall: 2000,
  ...changes,
})
const fetchModel = (
  options: Parameters<typeof hubModel>[1] = {},
  changes: Partial<HubSettings> = {},
  id = 'org/model',
) => hubModel(id, options, settings(changes))
const failure = async (...args: Parameters<typeof fetchModel>): Promise<NegError> => {
  const error = await fetchModel(...args).catch((reason) => reason)
  if (!NegError.isInstance(error)) throw error
  return error
}
const filesSeen = () => server.seen.filter(({ path }) => path.includes('/resolve/') || path.startsWith('/store/'))
const repository = () => join(cache, 'models--org--model')
const leftovers = () => readdirSync(join(repository(), 'blobs')).filter((name) => !/^[0-9a-f]+$/.test(name))

/** Whether a file holds just this; quicker than comparing megabytes one by one. */
const same = (path: string, content: Buffer) => expect(Buffer.compare(readFileSync(path), content)).toBe(0)

const unet = 'unet/model.onnx'
const config = 'unet/config.json'

describe('hubModel', () => {
  it('downloads what the model needs, once, into the shared cache layout', async () => {
    const folder = await fetchModel()
    expect(folder).toBe(join(repository(), 'snapshots', commit))
    for (const path of paths) same(join(folder, path), server.files[path])
    expect(existsSync(join(folder, 'README.md'))).toBe(false)
    expect(existsSync(join(folder, 'safety_checker'))).toBe(false)
    expect(existsSync(join(folder, 'unet/diffusion_pytorch_model.safetensors'))).toBe(false)
    expect(lstatSync(join(folder, unet)).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(repository(), 'refs/main'), 'utf8')).toBe(commit)
    for (const path of [unet, config])
      expect(existsSync(join(repository(), 'blobs', etagOf(server.files[path])))).toBe(true)
    expect(leftovers()).toEqual([])

    const before = filesSeen().length
    expect(await fetchModel()).toBe(folder)
    expect(filesSeen().length).toBe(before)
  })

  it('tells about it in transformers.js’ events', async () => {
    const events: ProgressEvent[] = []
    await fetchModel({ onProgress: (event) => events.push(event) })
    const of = (file: string) => events.filter((event) => event.file === file)
    const statuses = of(unet).map(({ status }) => status)
    expect(statuses.slice(0, 2)).toEqual(['initiate', 'download'])
    expect(statuses.at(-1)).toBe('done')
    const size = server.files[unet].length
    expect(
      of(unet)
        .filter(({ status }) => status === 'progress')
        .at(-1),
    ).toEqual({
      status: 'progress',
      name: 'org/model',
      file: unet,
      loaded: size,
      total: size,
      progress: 100,
    })
    const totals = events.filter(({ status }) => status === 'progress_total')
    const sum = paths.reduce((bytes, path) => bytes + server.files[path].length, 0)
    expect(totals.at(-1)).toEqual({
      status: 'progress_total',
      name: 'org/model',
      loaded: sum,
      total: sum,
      progress: 100,
    })
    expect(totals.every(({ loaded = 0 }, i) => i === 0 || loaded >= (totals[i - 1].loaded ?? 0))).toBe(true)
    expect(events.at(-1)).toEqual({ status: 'ready', name: 'org/model' })

    events.length = 0
    await fetchModel({ onProgress: (event) => events.push(event) })
    expect(new Set(events.map(({ status }) => status))).toEqual(
      new Set(['initiate', 'progress', 'progress_total', 'done', 'ready']),
    )
  })

  it('asks a mirror whose listing only names the files for sizes and digests, and checks them all the same', async () => {
    server.namesOnly = true
    server.troubles[unet] = { kind: 'corrupt', times: 1 }
    const folder = await fetchModel()
    for (const path of [unet, config]) same(join(folder, path), readFileSync(join(source, path)))
    expect(readdirSync(join(repository(), 'blobs'))).toContain(etagOf(readFileSync(join(source, unet))))
    server.troubles[unet] = { kind: 'corrupt', times: 9 }
    rmSync(repository(), { recursive: true })
    expect((await failure()).code).toBe('download-corrupt')
  })

  it('sends the token to the Hub, never to where it sends for the bytes', async () => {
    server.secret = 'hf_secret'
    await fetchModel({}, { token: 'hf_secret' })
    for (const { host, token } of server.seen) {
      expect(token).toBe(host.startsWith('localhost') ? undefined : 'Bearer hf_secret')
    }
    expect(server.seen.some(({ host }) => host.startsWith('localhost'))).toBe(true)
  })

  it('goes on where a broken or silent connection stopped', async () => {
    for (const kind of ['truncate', 'stall'] as const) {
      rmSync(repository(), { recursive: true, force: true })
      server.seen.length = 0
      server.troubles[unet] = { kind, times: 2 }
      const folder = await fetchModel({}, { stall: 150 })
      same(join(folder, unet), server.files[unet])
      const ranges = filesSeen()
        .filter(({ path }) => path === `/store/${unet}`)
        .map(({ range }) => range)
      expect(ranges).toHaveLength(3)
      expect(ranges[0]).toBeUndefined()
      expect(Number(ranges[2]?.match(/\d+/)?.[0])).toBeGreaterThan(Number(ranges[1]?.match(/\d+/)?.[0]))
    }
  })

  it('goes on where another process stopped', async () => {
    const blobs = join(repository(), 'blobs')
    mkdirSync(blobs, { recursive: true })
    writeFileSync(join(blobs, `${etagOf(server.files[unet])}.incomplete`), server.files[unet].subarray(0, 1000))
    const folder = await fetchModel()
    same(join(folder, unet), server.files[unet])
    expect(filesSeen().find(({ path }) => path === `/store/${unet}`)?.range).toBe('bytes=1000-')
  })

  it('starts again where the rest can’t be had or does not fit', async () => {
    const blobs = join(repository(), 'blobs')
    const partial = join(blobs, `${etagOf(server.files[unet])}.incomplete`)
    const begin = (content: Buffer) => {
      rmSync(repository(), { recursive: true, force: true })
      mkdirSync(blobs, { recursive: true })
      writeFileSync(partial, content)
    }
    const right = server.files[unet]
    const check = async () => same(join(await fetchModel(), unet), right)
    begin(right.subarray(0, 1000))
    server.ignoreRanges = true
    await check()
    server.ignoreRanges = false
    begin(right.subarray(0, 1000))
    server.troubles[unet] = { kind: 'unsatisfiable', times: 1 }
    await check()
    begin(Buffer.alloc(1000, 7))
    await check()
    begin(Buffer.alloc(right.length + 5))
    await check()
    begin(Buffer.alloc(right.length))
    await check()
  })

  it('tries again when the server is busy or a file arrives changed once', async () => {
    server.troubles[config] = { kind: 'busy', times: 2 }
    server.troubles[unet] = { kind: 'corrupt', times: 1 }
    const folder = await fetchModel()
    same(join(folder, config), server.files[config])
    same(join(folder, unet), server.files[unet])
  })

  it('gives up with a named error, and leaves nothing that would be taken for a file', async () => {
    server.troubles[config] = { kind: 'busy', times: 99 }
    expect(await failure()).toMatchObject({ code: 'download-failed', message: expect.stringContaining(config) })
    server.troubles[config] = { kind: 'corrupt', times: 99 }
    expect(await failure()).toMatchObject({ code: 'download-corrupt', where: config })
    server.troubles[config] = { kind: 'silent', times: 99 }
    expect(await failure({}, { stall: 60 })).toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('nothing arrived for 0.06 seconds'),
    })
    expect(existsSync(join(repository(), 'blobs', etagOf(server.files[config])))).toBe(false)
    expect(existsSync(join(repository(), 'refs/main'))).toBe(false)
    server.troubles[config].times = 0
    await fetchModel()
    expect(leftovers()).toEqual([])
  })

  it('says what the Hub refuses, and what to do', async () => {
    expect(await failure({}, {}, 'org/other')).toMatchObject({
      code: 'download-not-found',
      message: expect.stringContaining('org/other'),
    })
    expect(await failure({ revision: 'v9' })).toMatchObject({
      code: 'download-not-found',
      message: expect.stringContaining('no revision v9'),
    })
    server.secret = 'hf_secret'
    expect(await failure()).toMatchObject({
      code: 'download-unauthorized',
      message: expect.stringContaining('set HF_TOKEN'),
    })
    expect(await failure({}, { token: 'wrong' })).toMatchObject({
      code: 'download-unauthorized',
      message: expect.stringContaining('no right'),
    })
    expect(await failure({}, {}, 'org/gated')).toMatchObject({
      code: 'download-unauthorized',
      message: expect.stringContaining('licence'),
    })
    server.secret = undefined
    server.listing = '<html>'
    expect(await failure()).toMatchObject({
      code: 'download-failed',
      message: expect.stringContaining('does not answer as a Hugging Face Hub'),
    })
    server.listing = undefined
    server.files = { 'model_index.json': server.files['model_index.json'], 'unet/model.safetensors': Buffer.alloc(9) }
    expect(await failure()).toMatchObject({
      code: 'model-file-missing',
      message: expect.stringContaining('optimum-cli export onnx --model org/model'),
    })
    expect(await failure({ revision: '../../etc' })).toMatchObject({ code: 'option-invalid', where: 'revision' })
  })

  it('takes branches, other refs and commits', async () => {
    for (const revision of [commit, 'refs/pr/1']) expect(await fetchModel({ revision })).toContain(commit)
    expect(readFileSync(join(repository(), 'refs/refs/pr/1'), 'utf8')).toBe(commit)
    expect(existsSync(join(repository(), 'refs', commit))).toBe(false)
  })

  it('asks nobody when told so, and uses the cache when the Hub can’t be reached', async () => {
    const local = { localFilesOnly: true }
    const offline = { offline: true }
    expect(await failure(local, offline)).toMatchObject({
      code: 'download-offline',
      message: expect.stringContaining(cache),
    })
    const folder = await fetchModel()
    const asked = server.seen.length
    expect(await fetchModel(local, offline)).toBe(folder)
    expect(server.seen.length).toBe(asked)
    const gone = { endpoint: 'http://127.0.0.1:9', attempts: 1 }
    expect(await fetchModel({}, gone)).toBe(folder)
    expect(await failure({ revision: 'v2' }, gone)).toMatchObject({ code: 'download-failed' })
  })

  it('fetches the files of the dtype, and the weights beside a graph', async () => {
    server.files['unet/model_fp16.onnx'] = server.files[unet]
    const folder = await fetchModel({ dtype: { unet: 'fp16' } })
    expect(existsSync(join(folder, 'unet/model_fp16.onnx'))).toBe(true)
    expect(existsSync(join(folder, unet))).toBe(false)
  })

  it('fetches a model that is laid out otherwise: in onnx/, in a subfolder, under names of its own', async () => {
    const files = server.files
    const graphs = Object.keys(files).filter((path) => path.endsWith('.onnx') && !path.startsWith('safety_checker'))
    const moved = (to: (path: string) => string) =>
      Object.fromEntries(Object.entries(files).map(([path, bytes]) => [graphs.includes(path) ? to(path) : path, bytes]))
    const expectGraphs = (folder: string, to: (path: string) => string) => {
      for (const path of graphs) same(join(folder, to(path)), files[path])
    }

    const inOnnx = (path: string) => `onnx/${path}`
    server.files = moved(inOnnx)
    expectGraphs(await fetchModel(), inOnnx)

    server.files = Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`a/b/${path}`, bytes]))
    const folder = await fetchModel({ subfolder: 'a/b' })
    expectGraphs(folder, (path) => `a/b/${path}`)
    same(join(folder, 'a/b', config), files[config])
    expect(await failure({ subfolder: 'c' })).toMatchObject({ code: 'option-invalid', where: 'subfolder' })

    const mine = (path: string) => `${path.split('/')[0]}-mine.onnx`
    server.files = moved((path) => (path === unet ? 'x.onnx' : mine(path)))
    const named = await fetchModel({ files: { unet: 'x.onnx' } })
    same(join(named, 'x.onnx'), files[unet])
    same(join(named, 'vae_decoder-mine.onnx'), files['vae_decoder/model.onnx'])
    expect(await failure({ files: { unet: 'y.onnx' } })).toMatchObject({ code: 'option-invalid', where: 'files.unet' })
  })

  it('says which file it is that a listing names and the Hub has not', async () => {
    server.troubles[unet] = { kind: 'gone', times: 9 }
    expect(await failure()).toMatchObject({
      code: 'download-not-found',
      where: unet,
      message: expect.stringContaining(unet),
    })
  })

  it('stops with the signal’s reason, and lets a second caller wait for the first', async () => {
    server.troubles[unet] = { kind: 'stall', times: 1 }
    const controller = new AbortController()
    const reason = new Error('stop')
    const answer = fetchModel({
      signal: controller.signal,
      onProgress: ({ file, status }) => file === unet && status === 'progress' && controller.abort(reason),
    })
    await expect(answer).rejects.toBe(reason)
    expect(leftovers().every((name) => name.endsWith('.incomplete'))).toBe(true)
    const folders = await Promise.all([fetchModel(), fetchModel()])
    expect(folders[0]).toBe(folders[1])
    const whole = filesSeen().filter(({ path }) => path === `/store/vae_decoder/model.onnx`)
    expect(whole.length).toBeLessThanOrEqual(2)
    expect(leftovers()).toEqual([])
  })
})

describe('hubSettings', () => {
  it('reads what Hugging Face’s tools read', () => {
    writeFileSync(join(cache, 'token'), 'hf_file\n')
    const read = (env: Record<string, string>) => hubSettings({}, { HF_HOME: cache, ...env })
    expect(read({})).toMatchObject({
      endpoint: 'https://huggingface.co',
      token: 'hf_file',
      cache: join(cache, 'hub'),
      offline: false,
    })
    expect(
      read({
        HF_TOKEN: 'hf_env',
        HF_HUB_CACHE: '/c',
        HF_ENDPOINT: 'http://mirror/',
        HF_HUB_OFFLINE: '1',
        HF_HUB_DOWNLOAD_TIMEOUT: '7',
      }),
    ).toMatchObject({
      endpoint: 'http://mirror',
      token: 'hf_env',
      cache: '/c',
      offline: true,
      stall: 7000,
    })
    expect(() => read({ HF_ENDPOINT: 'mirror' })).toThrow('HF_ENDPOINT')
    expect(hubSettings({ cacheDir: '/d', localFilesOnly: true }, {})).toMatchObject({ cache: '/d', offline: true })
  })
})

describe('isHubId', () => {
  it('is org/name and nothing else', () => {
    for (const id of ['org/name', 'a/b-c_d.e', 'stabilityai/sdxl-turbo']) expect(isHubId(id)).toBe(true)
    for (const text of ['name', './a/b', '/a/b', 'a/b/c', '../a', 'a\\b', 'C:/a', 'a/', '~/a'])
      expect(isHubId(text)).toBe(false)
  })
})

describe('a model in the cache', () => {
  it('runs from its links, the weights beside a graph included', async () => {
    for (const name of ['model.onnx', 'weights.pb']) {
      server.files[`unet/${name}`] = readFileSync(`fixtures/layouts/tiny-sd15-variants/unet/${name}`)
    }
    const folder = await fetchModel()
    expect(lstatSync(join(folder, 'unet/weights.pb')).isSymbolicLink()).toBe(true)
    const model = await node({ model: folder, device: 'cpu' })
    const [conditioning] = await model.encode([{ text: 'a man' }], { width: 64, height: 64 })
    const input = tensor(new Float32Array(256).fill(1), [4, 8, 8])
    const row = { picture: 'p', input, t: 500, conditioning }
    for (const need of [[], ['attention.capture']] as const) {
      await model.prepare(new Set(need), {})
      const { rows } = await model.denoise({ rows: [row] }, {})
      expect(rows[0].output.data.every(Number.isFinite)).toBe(true)
    }
    await model.dispose()
  })

  it('is what node() loads for its id, under that id', async () => {
    const before = { ...process.env }
    Object.assign(process.env, { HF_ENDPOINT: server.endpoint, HF_HUB_CACHE: cache })
    try {
      const model = await node({ model: 'org/model', device: 'cpu' })
      expect(model.info.id).toBe('org/model')
      await model.dispose()
      const error = await node({ model: 'org/other', device: 'cpu' }).catch((reason) => reason)
      expect(error).toMatchObject({
        code: 'download-not-found',
        message: expect.stringContaining('There is no folder'),
      })
      const offline = await node({ model: 'org/other', localFilesOnly: true }).catch((reason) => reason)
      expect(offline).toMatchObject({ code: 'download-offline' })
    } finally {
      process.env = before
    }
  })
})

import { createHash } from 'node:crypto'
import type { ProgressEvent } from '@neg/onnx'
import { readBytes, readText } from '@neg/onnx'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bytesOf, type FileServer, fileServer } from '../../test/file-server'
import { memoryStore } from './memory-store'
import { resolveSource } from './model-source'
import { webFiles } from './web-files'

const index = JSON.stringify({
  _class_name: 'StableDiffusionPipeline',
  unet: ['diffusers', 'UNet2DConditionModel'],
  text_encoder: ['transformers', 'CLIPTextModel'],
  tokenizer: ['transformers', 'CLIPTokenizer'],
  scheduler: ['diffusers', 'PNDMScheduler'],
  vae: ['diffusers', 'AutoencoderKL'],
  safety_checker: [null, null],
})
const folder = {
  'm/model_index.json': index,
  'm/unet/config.json': '{}',
  'm/unet/model.onnx': bytesOf(50_000),
  'm/unet/model.onnx_data': bytesOf(9_000, 5),
  'm/vae_encoder/model.onnx': bytesOf(40_000, 3),
  'm/tokenizer/vocab.json': '{"a":1}',
  'm/scheduler/scheduler_config.json': '{}',
}

let server: FileServer
beforeEach(async () => {
  server = await fileServer(folder)
})
afterEach(() => server.close())

const open = (more: Partial<Parameters<typeof webFiles>[0]> = {}) =>
  webFiles({ source: resolveSource(`${server.url}m`, 'http://page/'), store: memoryStore(), ...more })

test('a folder on a plain host lists the files that its index implies', async () => {
  const files = open()
  expect(files.name).toBe('m')
  expect([...(await files.list())].sort()).toEqual([
    'model_index.json',
    'scheduler/scheduler_config.json',
    'tokenizer/vocab.json',
    'unet/config.json',
    'unet/model.onnx',
    'vae_encoder/model.onnx',
  ])
  expect(await readText(files, 'tokenizer/vocab.json')).toBe('{"a":1}')
  expect(await readBytes(files, 'unet/model.onnx')).toEqual(folder['m/unet/model.onnx'])
})

test('external data that no list names is found beside its graph', async () => {
  expect(await readBytes(open(), 'unet/model.onnx_data')).toEqual(folder['m/unet/model.onnx_data'])
  await expect(open().open('unet/absent')).rejects.toMatchObject({ code: 'download-not-found' })
})

test('SHA256SUMS names files and digests, which are checked', async () => {
  const sum = (path: keyof typeof folder) => createHash('sha256').update(folder[path]).digest('hex')
  server.files.set(
    'm/SHA256SUMS',
    new TextEncoder().encode(`${sum('m/unet/config.json')}  ./unet/config.json\n${'0'.repeat(64)}  unet/model.onnx\n`),
  )
  const files = open()
  expect(await files.list()).toEqual(['unet/config.json', 'unet/model.onnx'])
  expect(await readText(files, 'unet/config.json')).toBe('{}')
  await expect(readBytes(files, 'unet/model.onnx')).rejects.toMatchObject({ code: 'download-corrupt' })
})

test('a list of files needs no folder, and a wrong digest is no file', async () => {
  const content = folder['m/unet/model.onnx']
  const sha256 = createHash('sha256').update(content).digest('hex')
  const source = resolveSource(
    {
      name: 'x',
      files: { 'unet/model.onnx': { url: `${server.url}m/unet/model.onnx`, size: content.length, sha256 } },
    },
    'http://page/',
  )
  const file = await open({ source }).open('unet/model.onnx')
  expect(file.size).toBe(content.length)
  expect(await file.sha256?.()).toBe(sha256)
  expect(server.requests).toEqual([])
  await expect(open({ source }).open('other')).rejects.toMatchObject({ code: 'model-file-missing' })
})

test('of a network that few runs need only the asked bytes are fetched, until all of it is wanted', async () => {
  const files = open()
  const file = await files.open('vae_encoder/model.onnx')
  expect(await file.slice(100, 200)).toEqual(folder['m/vae_encoder/model.onnx'].slice(100, 200))
  const gets = () =>
    server.requests.filter(({ method, path }) => method === 'GET' && path === 'm/vae_encoder/model.onnx')
  expect(gets().map(({ range }) => range)).toEqual(['bytes=100-199'])
  expect(await file.slice(100, 200)).toHaveLength(100)
  expect(gets()).toHaveLength(1)
  expect(await file.slice(0, file.size)).toEqual(folder['m/vae_encoder/model.onnx'])
  expect(gets()).toHaveLength(2)
})

test('a second visit asks the network nothing', async () => {
  const store = memoryStore()
  const visit = async () => {
    const files = open({ store })
    for (const path of await files.list()) await readBytes(files, path)
  }
  await visit()
  const before = server.requests.length
  await visit()
  expect(server.requests).toHaveLength(before)
  const local = open({ store, localOnly: true })
  expect(await readText(local, 'unet/config.json')).toBe('{}')
})

test('only stored files, where none are stored, says so', async () => {
  await expect(open({ localOnly: true }).list()).rejects.toMatchObject({
    code: 'model-file-missing',
    message: expect.stringContaining('not stored'),
  })
})

test('progress says what transformers.js says', async () => {
  const events: ProgressEvent[] = []
  const files = open({ onProgress: (event) => events.push(event) })
  await readBytes(files, 'unet/model.onnx')
  const own = events.filter(({ file }) => file === 'unet/model.onnx').map(({ status }) => status)
  expect(own[0]).toBe('initiate')
  expect(own[1]).toBe('download')
  expect(own.at(-1)).toBe('done')
  expect(events.at(-1)).toMatchObject({ status: 'progress_total', loaded: 50_000, total: 50_000, progress: 100 })
})

test('what is inside the page already is read, not stored', async () => {
  const store = memoryStore()
  const source = resolveSource({ name: 'x', files: { 'a.json': 'data:application/json,%7B%7D' } }, 'http://page/')
  expect(await readText(open({ source, store }), 'a.json')).toBe('{}')
  expect(await store.list()).toEqual([])
})

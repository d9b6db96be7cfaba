import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bytesOf, type FileServer, fileServer } from '../../test/file-server'
import { readStored } from './chunks'
import { download } from './download'
import { memoryStore } from './memory-store'

const content = bytesOf(100_000)
const digest = createHash('sha256').update(content).digest('hex')
const purpose = { model: 'toy', path: 'unet/model.onnx' }
const chunkSize = 16_384

let server: FileServer
beforeEach(async () => {
  server = await fileServer({ 'model.onnx': content })
})
afterEach(() => server.close())

const get = (store = memoryStore(), more: { sha256?: string; size?: number } = {}) =>
  download({ url: `${server.url}model.onnx`, ...more }, purpose, { store, chunkSize })

/** Sends the first bytes and breaks the connection. */
const cutAfter = (bytes: number) =>
  server.once('model.onnx', (_request, response) => {
    const whole = server.files.get('model.onnx') as Uint8Array
    response.writeHead(200, { 'Content-Length': whole.length, ETag: '"v1"' })
    response.write(whole.subarray(0, bytes), () => setTimeout(() => response.destroy(), 20))
  })

test('a file arrives whole, in chunks, with its digest, and is not fetched again', async () => {
  const store = memoryStore()
  const file = await get(store, { sha256: digest, size: content.length })
  expect(file).toMatchObject({ sha256: digest, size: content.length, stored: content.length })
  expect(file.chunks).toHaveLength(7)
  expect(await readStored(store, file, 0, content.length, purpose)).toEqual(content)
  expect(await readStored(store, file, 16_000, 50_001, purpose)).toEqual(content.slice(16_000, 50_001))
  expect(await get(store)).toEqual(file)
  expect(server.requests).toHaveLength(1)
})

test('progress counts bytes up to the whole', async () => {
  const seen: (readonly [number, number | undefined])[] = []
  await download({ url: `${server.url}model.onnx` }, purpose, {
    store: memoryStore(),
    chunkSize,
    onProgress: (...at) => seen.push(at),
  })
  expect(seen[0]).toEqual([0, content.length])
  expect(seen.at(-1)).toEqual([content.length, content.length])
  expect(seen.every(([loaded], i) => i === 0 || loaded >= seen[i - 1][0])).toBe(true)
})

test('a download that breaks off goes on where its last chunk ended', async () => {
  server.once('model.onnx', (_request, response) => {
    response.writeHead(200, {
      'Content-Length': content.length,
      ETag: `"${digest.slice(0, 16)}"`,
    })
    response.write(content.subarray(0, 40_000), () => setTimeout(() => response.destroy(), 50))
  })
  const store = memoryStore()
  const file = await get(store, { sha256: digest })
  expect(file.stored).toBe(content.length)
  expect(await readStored(store, file, 0, content.length, purpose)).toEqual(content)
  expect(server.requests.map(({ range }) => range)).toEqual([undefined, `bytes=${2 * chunkSize}-`])
})

test('a file that changed meanwhile is fetched from the start', async () => {
  cutAfter(40_000) // of a version that the server has no more
  const store = memoryStore()
  const file = await get(store)
  expect(file.sha256).toBe(digest)
  expect(await readStored(store, file, 0, content.length, purpose)).toEqual(content)
})

test('another digest than the expected one is refused, and nothing of it is kept', async () => {
  const store = memoryStore()
  await expect(get(store, { sha256: '0'.repeat(64) })).rejects.toMatchObject({
    code: 'download-corrupt',
    message: expect.stringContaining('unet/model.onnx of toy'),
  })
  expect(await store.list()).toEqual([])
})

test('a damaged chunk in the store is found when it is read, and the file fetched anew', async () => {
  const store = memoryStore()
  const file = await get(store)
  await store.writeChunk(file.url, 3, bytesOf(chunkSize, 99) as Uint8Array<ArrayBuffer>)
  await expect(readStored(store, file, 50_000, 50_010, purpose)).rejects.toMatchObject({ code: 'download-corrupt' })
  const again = await get(store)
  expect(await readStored(store, again, 0, content.length, purpose)).toEqual(content)
})

test.each([
  [404, 'download-not-found'],
  [403, 'download-unauthorized'],
  [401, 'download-unauthorized'],
  [410, 'download-not-found'],
])('HTTP %i is %s, at once', async (status, code) => {
  server.once('model.onnx', (_request, response) => response.writeHead(status).end())
  await expect(get()).rejects.toMatchObject({ code, message: expect.stringContaining(`${status}`) })
  expect(server.requests).toHaveLength(1)
})

test('HTTP 503 is tried again', async () => {
  server.once('model.onnx', (_request, response) => response.writeHead(503).end())
  expect((await get()).sha256).toBe(digest)
})

test('a page where the file should be is no file', async () => {
  server.once('model.onnx', (_request, response) =>
    response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html>'),
  )
  await expect(get()).rejects.toMatchObject({ code: 'download-not-found' })
})

test('aborting rejects with the reason and keeps what came', async () => {
  const controller = new AbortController()
  const store = memoryStore()
  const reason = new Error('enough')
  const running = download({ url: `${server.url}model.onnx` }, purpose, {
    store,
    chunkSize,
    signal: controller.signal,
    onProgress: (loaded) => loaded > 0 && controller.abort(reason),
  })
  await expect(running).rejects.toBe(reason)
  expect((await get(store, { sha256: digest })).stored).toBe(content.length)
})

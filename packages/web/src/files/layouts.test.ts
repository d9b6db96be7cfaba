import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describeFolder } from '@neg/onnx/internal'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type FileServer, fileServer } from '../../test/file-server'
import { chosenFolder } from './chosen-folder'
import { memoryStore } from './memory-store'
import { knownPlace, modelFiles } from './model-files'
import { type ModelSource, resolveSource } from './model-source'

const source = 'fixtures/layouts/tiny-sd15'
const paths = (readdirSync(source, { recursive: true }) as string[]).filter((path) =>
  statSync(join(source, path)).isFile(),
)
const laidOut = Object.fromEntries(paths.map((path) => [path, readFileSync(join(source, path)) as Uint8Array]))
const graphs = paths.filter((path) => path.endsWith('.onnx'))
const below = (folder: string, files: Readonly<Record<string, Uint8Array>>) =>
  Object.fromEntries(Object.entries(files).map(([path, bytes]) => [`${folder}/${path}`, bytes]))
const only = (wanted: (path: string) => boolean) =>
  Object.fromEntries(Object.entries(laidOut).filter(([path]) => wanted(path)))
const isGraph = (path: string) => path.endsWith('.onnx')

let server: FileServer
beforeEach(async () => {
  server = await fileServer({})
})
afterEach(() => server.close())
const put = (files: Readonly<Record<string, Uint8Array>>) => {
  for (const [path, bytes] of Object.entries(files)) server.files.set(path, bytes)
}

interface Asked {
  readonly layout?: Parameters<typeof modelFiles>[0]['layout']
  readonly configs?: string
  readonly dtypes?: string[]
}
const open = (model: ModelSource, { layout, configs, dtypes }: Asked = {}) =>
  modelFiles(
    {
      source: resolveSource(model, server.url),
      layout,
      ...(configs === undefined ? {} : { configs: resolveSource(configs, server.url, 'configs') }),
    },
    { store: memoryStore(), dtypes },
  )

/** What the folder is, and that its networks are the very files. */
async function expectWhole(files: Awaited<ReturnType<typeof open>>) {
  const listed = await files.list()
  for (const path of graphs) {
    expect(listed).toContain(path)
    const file = await files.open(path)
    expect(Buffer.compare(await file.slice(0, file.size), laidOut[path])).toBe(0)
  }
  expect(await describeFolder(files)).toMatchObject({ size: { width: 64, height: 64 } })
}

describe('a folder on a plain host', () => {
  test('with its graphs in onnx/ and its configs beside it', async () => {
    put({
      ...below(
        'm',
        only((path) => !isGraph(path)),
      ),
      ...below('m/onnx', only(isGraph)),
    })
    await expectWhole(await open('/m'))
  })

  test('as a whole in a subfolder', async () => {
    put(below('m/export', laidOut))
    await expectWhole(await open('/m', { layout: { subfolder: 'export' } }))
    await expect(open('/m', { layout: { subfolder: 'other' } })).rejects.toMatchObject({ code: 'download-not-found' })
  })

  test('of flat files with names of their own, and configs of the model it was made of', async () => {
    const names = Object.fromEntries(graphs.map((path) => [path.split('/')[0], `${path.split('/')[0]}-mine.onnx`]))
    put({
      ...below('flat', Object.fromEntries(graphs.map((path) => [names[path.split('/')[0]], laidOut[path]]))),
      ...below(
        'base',
        only((path) => !isGraph(path)),
      ),
    })
    await expectWhole(await open('/flat', { layout: { files: names }, configs: '/base' }))
  })

  test('that cannot be listed is refused with what to say', async () => {
    put({ 'flat/unet.onnx': laidOut['unet/model.onnx'] })
    await expect(open('/flat')).rejects.toMatchObject({
      code: 'download-not-found',
      message: expect.stringContaining('files (a path for each network), subfolder, configs'),
    })
    await expect(open('/flat', { layout: { files: { unet: 'other.onnx' } } })).rejects.toMatchObject({
      code: 'option-invalid',
      where: 'files.unet',
    })
  })

  test('with variants by dtype is asked for those that are wanted', async () => {
    put(below('m', { ...laidOut, 'unet/model_quantized.onnx': laidOut['unet/model.onnx'] }))
    expect(await (await open('/m', { dtypes: ['q8'] })).list()).toContain('unet/model_quantized.onnx')
    expect(await (await open('/m')).list()).not.toContain('unet/model_quantized.onnx')
  })
})

describe('a repository of the Hub, or of a mirror', () => {
  const list = (files: Readonly<Record<string, Uint8Array>>) =>
    new TextEncoder().encode(
      JSON.stringify(Object.entries(files).map(([path, { length }]) => ({ type: 'file', path, size: length }))),
    )

  test('lists its files, whatever their layout', async () => {
    const flat = Object.fromEntries(graphs.map((path) => [`${path.split('/')[0]}_model_fp16.onnx`, laidOut[path]]))
    const all = { ...only((path) => !isGraph(path)), ...flat }
    put({ ...below('org/model/resolve/main', all), 'api/models/org/model/tree/main/': list(all) })
    const files = await open('/org/model/resolve/main')
    expect(files.name).toBe('org/model')
    expect(await files.list()).toContain('unet/model_fp16.onnx')
    expect((await (await files.open('unet/model_fp16.onnx')).slice(0, 8)).length).toBe(8)
    expect(server.requests.filter(({ method }) => method === 'HEAD')).toEqual([])
  })

  test('a host with such names that is none is asked as any other', async () => {
    put(below('org/model/resolve/main', laidOut))
    await expectWhole(await open('/org/model/resolve/main'))
  })

  test('known to have graphs alone borrows the configs of the model they were made of', () => {
    const place = (url: string) => knownPlace(resolveSource(url, 'http://page/'))
    expect(place('https://huggingface.co/microsoft/sd-turbo-webnn/resolve/main/')).toEqual({
      kind: 'folder',
      name: 'stabilityai/sd-turbo',
      base: 'https://huggingface.co/stabilityai/sd-turbo/resolve/main/',
    })
    expect(place('https://huggingface.co/org/model/resolve/main/')).toBeUndefined()
    expect(place('https://example.org/microsoft/sd-turbo-webnn/')).toBeUndefined()
  })
})

describe('a folder that somebody chose', () => {
  const chosen = (files: Readonly<Record<string, Uint8Array>>) =>
    Object.entries(files).map(([path, bytes]) => {
      const file = new File([bytes as Uint8Array<ArrayBuffer>], path.split('/').pop() ?? '')
      return Object.defineProperty(file, 'webkitRelativePath', { value: `my model/${path}` })
    })

  test('is read where it lies, in any layout', async () => {
    const model = await chosenFolder(chosen({ ...only((path) => !isGraph(path)), ...below('onnx', only(isGraph)) }))
    expect(model.name).toBe('my model')
    await expectWhole(await open(model))
    expect(server.requests).toEqual([])
  })

  test('files without a folder are refused', async () => {
    await expect(chosenFolder([new File([], 'unet.onnx')])).rejects.toMatchObject({ code: 'model-missing' })
    await expect(chosenFolder([])).rejects.toMatchObject({ code: 'model-missing' })
  })
})

import { generate } from '@neg/core'
import { chosenFolder, inspect, web } from '@neg/web'
import { expect, test } from 'vitest'
import { portraits, recipeOf, referenceCases, relativeError } from './reference-cases'

const graphs = { unet: 'mine.onnx', text_encoder: 'text_encoder_fp32.onnx', vae_decoder: 'vae-decoder.onnx' }
const configs = [
  'model_index.json',
  'scheduler/scheduler_config.json',
  'text_encoder/config.json',
  'tokenizer/merges.txt',
  'tokenizer/vocab.json',
  'tokenizer/tokenizer_config.json',
  'tokenizer/special_tokens_map.json',
  'unet/config.json',
  'vae_decoder/config.json',
]
const reference = referenceCases[10]
const fetched = async (path: string) => (await fetch(portraits + path)).blob()

/** Files in the origin's own file system, which hands out the very handles that dropping a folder does. */
async function folderWith(name: string, files: Readonly<Record<string, Blob>>): Promise<FileSystemDirectoryHandle> {
  const root = await (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true })
  for (const [path, blob] of Object.entries(files)) {
    const parts = path.split('/')
    let at = root
    for (const part of parts.slice(0, -1)) at = await at.getDirectoryHandle(part, { create: true })
    const writable = await (await at.getFileHandle(parts[parts.length - 1], { create: true })).createWritable()
    await writable.write(blob)
    await writable.close()
  }
  return root
}

test('a folder of flat files that somebody chose draws diffusers’ latents, its configs from elsewhere', async () => {
  const files = await Promise.all(
    Object.entries(graphs).map(async ([part, path]) => [path, await fetched(`${part}/model.onnx`)] as const),
  )
  const model = await chosenFolder(await folderWith('flat', Object.fromEntries(files)))
  const options = { model, device: 'wasm', cache: 'memory', files: { unet: graphs.unet }, configs: portraits } as const
  expect(await inspect(options)).toMatchObject({ name: 'flat', folder: { size: { width: 128, height: 128 } } })
  const opened = await web(options)
  const { latents } = await generate(opened, recipeOf(reference)).result
  expect(relativeError(latents.data, reference)).toBeLessThan(1e-3)
  await opened.dispose()
  await expect(web({ ...options, files: { unet: 'other.onnx' } })).rejects.toMatchObject({ where: 'files.unet' })
})

test('addresses of files in a subfolder are a model, too', async () => {
  const paths = [...configs, ...Object.keys(graphs).map((part) => `${part}/model.onnx`)]
  const files = Object.fromEntries(paths.map((path) => [`export/${path}`, portraits + path]))
  const model = await web({ model: { name: 'm', files }, subfolder: 'export', device: 'wasm', cache: 'memory' })
  expect(model.info).toMatchObject({ id: 'm', size: { width: 128, height: 128 } })
  await model.dispose()
})

import { generate } from '@neg/core'
import { createOnnxModel, localSessions, type ModelFiles } from '@neg/onnx'
import { type PartPlaces, remote } from '@neg/remote'
import { afterAll, describe, expect, it } from 'vitest'
import { diskFiles } from '../../../onnx/test/disk-files'
import { cpu } from '../../../onnx/test/local-model'
import { overlayFiles } from '../../../onnx/test/overlay-files'
import { startServer } from '../server'
import { inferenceRoutes } from './inference-routes'

const recipe = {
  prompt: 'a man with glasses',
  negatives: ['a hat'],
  scale: 2,
  width: 80,
  height: 64,
  steps: 2,
  seed: 4,
  maxSequenceLength: 32,
}

/** A folder as whoever draws on a server has it: without weights. */
const bare = async (files: ModelFiles): Promise<ModelFiles> => {
  const graphs = (await files.list()).filter((path) => path.endsWith('.onnx'))
  return { ...overlayFiles(files, Object.fromEntries(graphs.map((path) => [path, null]))), name: files.name }
}

describe.each(['tiny-sd3', 'tiny-flux-dev'])('networks of %s on a server', async (name) => {
  const files = diskFiles(`fixtures/layouts/${name}`)
  const sessions = await localSessions({ files, runtime: cpu })
  // A server's networks are run as exported.
  const local = await createOnnxModel({ files, sessions, attention: 'exported' })
  const server = await startServer({ models: local, routes: [inferenceRoutes({ models: { [name]: sessions } })] })
  afterAll(() => server.close({ drain: 0 }))
  const own = await generate(local, recipe, { decode: false }).result

  const encoders =
    name === 'tiny-sd3' ? ['text_encoder', 'text_encoder_2', 'text_encoder_3'] : ['text_encoder', 'text_encoder_2']
  it.each<[string, PartPlaces, boolean]>([
    ['the transformer there, texts here', {}, true],
    [
      'texts there, the transformer here',
      { transformer: 'local', ...Object.fromEntries(encoders.map((one) => [one, one])) },
      true,
    ],
    ['all there', {}, false],
  ])('draw the same: %s', async (_, parts, here) => {
    const model = await remote({
      url: server.url,
      parts,
      ...(here ? { model: files, local: await localSessions({ files, runtime: cpu }) } : { model: await bare(files) }),
    })
    for (let i = 0; i < 2; i++) {
      const { latents, record } = await generate(model, recipe, { decode: false }).result
      const largest = Math.max(...own.latents.data.map(Math.abs))
      const worst = Math.max(...latents.data.map((x, at) => Math.abs(x - own.latents.data[at])))
      expect(worst / largest).toBeLessThan(1e-5)
      expect(record.warnings).toEqual([])
    }
    await model.dispose()
  })

  it('cannot be edited there: nag is refused by name', async () => {
    const model = await remote({ url: server.url, model: files, local: await localSessions({ files, runtime: cpu }) })
    await expect(generate(model, { ...recipe, guidance: 'nag' }).result).rejects.toMatchObject({
      code: 'guidance-unsupported',
      message: expect.stringContaining('attention.edit:nag'),
    })
    await model.dispose()
  })
})

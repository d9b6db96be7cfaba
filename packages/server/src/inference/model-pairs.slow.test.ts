import { readFileSync } from 'node:fs'
import { generate, NegError } from '@neg/core'
import { createOnnxModel, localSessions, type ModelFiles, type SessionFactory } from '@neg/onnx'
import { type RemoteModelOptions, remote } from '@neg/remote'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diskFiles } from '../../../onnx/test/disk-files'
import { cpu } from '../../../onnx/test/local-model'
import { overlayFiles } from '../../../onnx/test/overlay-files'
import { startServer } from '../server'
import { inferenceRoutes } from './inference-routes'

type NegServer = Awaited<ReturnType<typeof startServer>>

const layout = (name: string) => diskFiles(`fixtures/layouts/${name}`)
const names = ['tiny-sd15', 'tiny-sd2-v', 'tiny-sdxl', 'tiny-lcm', 'portraits', 'retrained'] as const
type Name = (typeof names)[number]

/** tiny-sd15 after a step of training: one weight of its UNet is another number. */
function retrained(): ModelFiles {
  const unet = new Uint8Array(readFileSync('fixtures/layouts/tiny-sd15/unet/model.onnx'))
  // Weights are raw float32 data; the lowest bits of one in the middle of the file.
  unet[Math.floor(unet.length / 2) & ~3] ^= 1
  return { ...overlayFiles(layout('tiny-sd15'), { 'unet/model.onnx': unet }), name: 'retrained' }
}

const folders: Readonly<Record<Name, ModelFiles>> = {
  'tiny-sd15': layout('tiny-sd15'),
  'tiny-sd2-v': layout('tiny-sd2-v'),
  'tiny-sdxl': layout('tiny-sdxl'),
  'tiny-lcm': layout('tiny-lcm'),
  portraits: { ...diskFiles('packages/portraits/model'), name: 'portraits' },
  retrained: retrained(),
}

/** A folder as whoever draws on a server has it: without weights. */
const bare = async (files: ModelFiles): Promise<ModelFiles> => {
  const graphs = (await files.list()).filter((path) => path.endsWith('.onnx'))
  return { ...overlayFiles(files, Object.fromEntries(graphs.map((path) => [path, null]))), name: files.name }
}

const sessionsOf = (files: ModelFiles): Promise<SessionFactory> => localSessions({ files, runtime: cpu })
const draw = { prompt: 'a queen', negatives: ['glasses'], seed: '4', steps: 2 }

/** What asking a server's networks with a folder comes to. */
async function outcome(server: NegServer, options: Partial<RemoteModelOptions>) {
  let model: Awaited<ReturnType<typeof remote>> | undefined
  try {
    model = await remote({ url: server.url, ...options })
    const negatives = model.info.distilled ? [] : draw.negatives
    const { record, latents } = await generate(model, { ...draw, negatives }, { decode: false }).result
    return { id: record.models.main.id, warnings: record.warnings.map(({ code }) => code), latents }
  } catch (error) {
    if (NegError.isInstance(error)) return { refused: error.code, message: error.message }
    throw error
  } finally {
    await model?.dispose()
  }
}

const pairs = names.flatMap((there) => names.map((here) => [there, here] as const))
/** Structure that configs and graphs tell: everything else is weights. */
const sameStructure = (a: Name, b: Name) => a === b || [a, b].every((name) => /tiny-sd15|retrained/.test(name))

describe('networks of one model with the folder of another', () => {
  const servers = {} as Record<Name, NegServer>
  beforeAll(async () => {
    for (const name of names) {
      const sessions = await sessionsOf(folders[name])
      const models = await createOnnxModel({ files: folders[name], sessions })
      servers[name] = await startServer({ models, routes: [inferenceRoutes({ models: { [name]: sessions } })] })
    }
  })
  afterAll(() => Promise.all(Object.values(servers).map((server) => server.close({ drain: 0 }))))

  it.each(pairs)('%s serves, the folder is %s', async (there, here) => {
    const files = folders[here]
    const got = await outcome(servers[there], { model: files, local: await sessionsOf(files) })
    if (there === here) {
      // A server's networks are run as exported.
      const local = await createOnnxModel({ files, sessions: await sessionsOf(files), attention: 'exported' })
      const negatives = local.info.distilled ? [] : draw.negatives
      const own = await generate(local, { ...draw, negatives }, { decode: false }).result
      expect(got).toEqual({ id: here, warnings: [], latents: own.latents })
    } else if (sameStructure(there, here)) {
      expect(got).toMatchObject({ id: `${here} (unet of ${there})`, warnings: ['remote-model-differs'] })
    } else {
      expect(got).toMatchObject({ refused: 'model-mismatch', message: expect.stringContaining(there) })
    }
  })

  it.each(pairs)('%s serves all its networks, the folder is %s without weights', async (there, here) => {
    const got = await outcome(servers[there], { model: await bare(folders[here]) })
    // Without weights of its own a folder of the same configs is that model.
    if (sameStructure(there, here)) expect(got).toMatchObject({ id: here, warnings: [] })
    else expect(got.refused).toBe(here === 'tiny-sdxl' ? 'remote-model-missing' : 'model-mismatch')
  })

  it.each(pairs)('another server has the networks of %s, the folder is %s', async (there, here) => {
    // Triton and its kind say what a network takes, not whose it is.
    const silent: typeof fetch = async (input, init) => {
      const answer = await fetch(input, init)
      if (init?.method === 'POST' || !answer.headers.get('content-type')?.includes('json')) return answer
      const { parameters, ...metadata } = (await answer.json()) as { parameters?: unknown }
      return Response.json(metadata, { status: answer.status })
    }
    const files = folders[here]
    const got = await outcome(servers[there], { model: files, local: await sessionsOf(files), fetch: silent })
    const structural: readonly Name[] = ['tiny-sd15', 'tiny-sd2-v', 'retrained']
    if (there === here || (structural.includes(there) && structural.includes(here))) {
      expect(got).toMatchObject({ id: here, warnings: [] })
    } else expect(got).toMatchObject({ refused: 'model-mismatch', message: expect.stringContaining('is not the unet') })
  })
})

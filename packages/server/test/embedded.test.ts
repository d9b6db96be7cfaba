import { createHash } from 'node:crypto'
import { editRecipe, generate, type RunEvent } from '@neg/core'
import { type NodeModel, node, readImage, writePng } from '@neg/node'
import { generate as generateThere, negServer, type RemoteEvent } from '@neg/remote/jobs'
import { type NegServer, startServer } from '@neg/server'
import { afterAll, beforeAll, expect, test } from 'vitest'

let model: NodeModel
let server: NegServer
const client = () => negServer({ url: server.url })
beforeAll(async () => {
  model = await node({ device: 'cpu' })
  server = await startServer({ models: model })
})
afterAll(async () => {
  await server?.close({ drain: 0 })
  await model?.dispose()
})

const recipe = { prompt: 'a professional office woman', negatives: ['glasses'], seed: '42', steps: 6 }
const collect = async <T>(events: AsyncIterable<T>) => {
  const all: T[] = []
  for await (const event of events) all.push(event)
  return all
}

test.each(['each', 'merged'] as const)(
  'the embedded model draws the same as a job and without a server, attention of layers %s included',
  async (layers) => {
    const capture = { roles: ['positive', 'negative'], tokens: 'words' as const, maps: true, layers }
    const here = generate(model, recipe, { capture })
    const mine = await collect<RunEvent>(here)
    const there = generateThere(client(), recipe, { capture, latents: 'steps' })
    const theirs = await collect<RemoteEvent>(there)
    const [local, remote] = [await here.result, await there.result]
    expect(remote.latents).toEqual(local.latents)
    expect(remote.image).toEqual(local.image)
    expect(remote.record).toEqual(local.record)
    const attention = (events: readonly (RunEvent | RemoteEvent)[]) => events.filter(({ type }) => type === 'attention')
    expect(attention(theirs).length).toBeGreaterThan(6)
    expect(attention(theirs)).toEqual(attention(mine))
    const sizes = new Set(attention(mine).map((event) => event.type === 'attention' && event.capture.layers.length))
    expect([...sizes]).toEqual([layers === 'merged' ? 1 : expect.toSatisfy((count: number) => count > 1)])
  },
)

test('a picture that was uploaded is what a job starts from', async () => {
  const first = await generate(model, recipe).result
  const file = await writePng(first.image)
  const { sha256 } = await client().upload(file, 'image/png')
  expect(sha256).toBe(createHash('sha256').update(file).digest('hex'))
  const again = { ...recipe, image: { sha256, strength: 0.5 } }
  const here = await generate(model, again, { images: { [sha256]: await readImage(file) } }).result
  const there = await generateThere(client(), again).result
  expect(there.latents).toEqual(here.latents)
  const unknown = { ...recipe, image: { sha256: '0'.repeat(64), strength: 0.5 } }
  await expect(generateThere(client(), unknown).result).rejects.toMatchObject({ code: 'image-missing' })
})

test('a picture of any size is edited by a job as it is here, and tells of its inversion and its mask', async () => {
  const data = Uint8ClampedArray.from({ length: 4 * 150 * 101 }, (_, i) => (i % 4 === 3 ? 255 : (i >> 6) % 256))
  const file = await writePng({ width: 150, height: 101, data })
  const { sha256 } = await client().upload(file, 'image/png')
  const images = { [sha256]: await readImage(file) }
  const edited = editRecipe(model.info, { image: sha256, negatives: ['glasses'], seed: 3, steps: 6 }, images)
  const [mine, theirs] = [generate(model, edited, { images }), generateThere(client(), edited)]
  const typesOf = async (run: AsyncIterable<{ readonly type: string }>) => {
    const types: string[] = []
    for await (const { type } of run) if (type !== 'status') types.push(type)
    return types
  }
  expect(await typesOf(theirs)).toEqual(await typesOf(mine))
  const [here, there] = [await mine.result, await theirs.result]
  expect(there.image).toEqual(here.image)
  expect([there.image.width, there.image.height]).toEqual([150, 101])
  expect(there.record).toEqual(here.record)
})

test('jobs with and without attention at the same time stay themselves', async () => {
  const plain = generateThere(client(), recipe)
  const watched = generateThere(client(), recipe, { capture: { roles: ['positive'], tokens: 'words', maps: false } })
  const [a, b] = await Promise.all([plain.result, watched.result])
  const local = await generate(model, recipe).result
  expect(a.latents).toEqual(local.latents)
  expect(b.record.numerics.graph).not.toBe(a.record.numerics.graph)
})

import { generate as generateHere } from '@neg/core'
import { generate } from '@neg/remote/jobs'
import { afterEach, expect, test } from 'vitest'
import { toyModel } from '../../../core/src/run/toy-model.test-helper'
import { gate, pirate, toyServer } from '../testing/toy-server.test-helper'

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())

test('jobs that arrive together share network calls where the model takes several pictures, and stay themselves', async () => {
  const network = gate()
  const toy = await toyServer({}, { info: { mixesPictures: true }, before: () => network.opened })
  stop = toy.stop
  const seeds = ['1', '2', '3', '4']
  const runs = seeds.map((seed) => generate(toy.client, { ...pirate, seed }))
  await expect.poll(async () => (await toy.server.context.queue.stats()).running).toBe(4)
  network.open()
  const results = await Promise.all(runs.map(({ result }) => result))
  for (const [i, seed] of seeds.entries()) {
    const here = await generateHere(toyModel(), { ...pirate, seed }).result
    expect(results[i].latents).toEqual(here.latents)
  }
  const rows = toy.model.log.requests.map((request) => request.rows.length)
  expect(rows.reduce((sum, count) => sum + count, 0)).toBe(4 * 6 * 2)
  // The first may go alone; from then on all that run are asked for at once: 4 pictures of 2 rows.
  expect(rows.length).toBeLessThan(2 * 6)
  expect(Math.max(...rows)).toBe(8)
})

test('jobs one after another where each picture has calls of its own', async () => {
  const toy = await toyServer()
  stop = toy.stop
  await Promise.all(['1', '2'].map((seed) => generate(toy.client, { ...pirate, seed }).result))
  expect(toy.model.log.requests.every((request) => request.rows.length === 2)).toBe(true)
})

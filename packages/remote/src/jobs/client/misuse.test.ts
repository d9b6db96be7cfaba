import { expect, test } from 'vitest'
import { attach, generate } from './generate'
import { type NegServer, negServer } from './neg-server'

const recipe = { prompt: 'a pirate', seed: 1 }
const server = negServer({ url: 'http://127.0.0.1:1', retries: 0 })

test('a result looked for on the run, or on one that is gone on with, is answered with where it is', async () => {
  for (const run of [generate(server, recipe), attach(server, 'x')]) {
    run.abort()
    const awaited = (await run) as unknown as { image: unknown }
    expect(() => awaited.image).toThrow(expect.objectContaining({ code: 'not-awaited' }))
    expect(Object.keys(run).sort()).toEqual(['abort', 'detach', 'id', 'result'])
  }
})

test('what is no server is answered with what one is', () => {
  const told = (text: string) =>
    expect.objectContaining({ code: 'option-invalid', message: expect.stringContaining(text) })
  for (const nothing of ['http://127.0.0.1:1', undefined, {}]) {
    expect(() => generate(nothing as unknown as NegServer, recipe)).toThrow(told('negServer({ url:'))
  }
  expect(() => generate({ info: {} } as unknown as NegServer, recipe)).toThrow(told("from '@neg/core'"))
  expect(() => attach(undefined as unknown as NegServer, 'x')).toThrow(told('negServer({ url:'))
})

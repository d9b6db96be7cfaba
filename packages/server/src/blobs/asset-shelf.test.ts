import { createHash, randomBytes } from 'node:crypto'
import { afterEach, expect, test } from 'vitest'
import { defaultLimits } from '../app/limits'
import { hashToken } from '../auth/token'
import { toyServer } from '../testing/toy-server.test-helper'
import { assetShelf } from './asset-shelf'
import { memoryBlobs } from './memory-blobs'

let stop: () => Promise<void> = async () => {}
afterEach(() => stop())

const who = (name: string, limits = {}) => ({ name, limits, scopes: new Set<never>() })
const bytes = (size: number) => new Uint8Array(randomBytes(size))
const limits = { ...defaultLimits, assetBytes: 100, assetsBytes: 250 }

test('a principal keeps so many bytes, however many uploads come at a time; the same picture counts once', async () => {
  const blobs = memoryBlobs()
  const shelf = assetShelf(blobs, limits)
  const pictures = Array.from({ length: 5 }, () => bytes(100))
  const kept = await Promise.allSettled(pictures.map((one) => shelf.keep(who('ada'), one, 'image/png')))
  expect(kept.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected', 'rejected'])
  expect(kept[2]).toMatchObject({
    reason: { code: 'request-too-large', message: expect.stringContaining('200 bytes') },
  })
  const sha256 = createHash('sha256').update(pictures[0]).digest('hex')
  expect(await shelf.keep(who('ada'), pictures[0], 'image/png')).toBe(sha256)
  // Others have their own budget, or one that was given them.
  await shelf.keep(who('bob'), pictures[2], 'image/png')
  await expect(shelf.keep(who('eve', { assetsBytes: 99 }), pictures[2], 'image/png')).rejects.toThrow('more than 99')
  await shelf.remove(who('bob'), sha256)
  await expect(shelf.keep(who('ada'), pictures[2], 'image/png')).rejects.toThrow()
  await shelf.remove(who('ada'), sha256)
  await shelf.keep(who('ada'), pictures[2], 'image/png')
})

test('only so many bodies are held at a time, and so many uploads begun within a minute', () => {
  const shelf = assetShelf(memoryBlobs(), { ...limits, uploadsPerMinute: 6 })
  const done = Array.from({ length: 4 }, () => shelf.admit(who('ada'), undefined))
  expect(() => shelf.admit(who('bob'), 1)).toThrow(expect.objectContaining({ code: 'queue-full', retryAfter: 1 }))
  done[0]()
  const small = shelf.admit(who('ada'), 10)
  shelf.admit(who('ada'), 10)
  small()
  expect(() => shelf.admit(who('ada'), 10)).toThrow(
    expect.objectContaining({ code: 'rate-limited', message: expect.stringContaining('6 uploads a minute') }),
  )
  shelf.admit(who('bob'), 10)
})

const png = (pixels: number) =>
  Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010802000000', 'hex'), randomBytes(pixels)])

test('pictures by one token end in 413 before memory does, and room comes back by deleting', async () => {
  const secret = 'ada-0123456789abcdefghijklmnop'
  const tokens = [{ name: 'ada', sha256: hashToken(secret), limits: { uploadsPerMinute: 1000 } }]
  const toy = await toyServer({ tokens, limits: { assetBytes: 50_000, assetsBytes: 500_000 } })
  stop = toy.stop
  const authorization = `Bearer ${secret}`
  const upload = (body: Buffer<ArrayBuffer>) =>
    fetch(`${toy.server.url}/v1/assets`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'image/png' },
      body,
    })
  const statuses: number[] = []
  let first = ''
  for (let i = 0; i < 20; i++) {
    const answer = await upload(png(40_000))
    statuses.push(answer.status)
    const body = await answer.json()
    if (i === 0) first = body.sha256
    if (answer.status !== 201) expect(body.error).toMatchObject({ code: 'request-too-large' })
  }
  expect(statuses).toEqual([...Array(12).fill(201), ...Array(8).fill(413)])
  const remove = (sha256: string) =>
    fetch(`${toy.server.url}/v1/assets/${sha256}`, { method: 'DELETE', headers: { authorization } })
  expect((await remove('nonsense')).status).toBe(400)
  expect((await remove(first)).status).toBe(204)
  expect((await upload(png(40_000))).status).toBe(201)
  expect(toy.mistakes).toEqual([])
})

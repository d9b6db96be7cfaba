import { createHash } from 'node:crypto'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { cachedDigest, cacheFolder } from './digest-cache'

const root = mkdtempSync(join(tmpdir(), 'neg-digest-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const weights = join(root, 'model.onnx_data')
const cache = join(root, 'cache')
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
const large = new Uint8Array(5 << 20).fill(7)
const long = new Date(Date.now() - 60_000)
const kept = () => readdirSync(cache).map((name) => join(cache, name))

beforeEach(() => {
  rmSync(cache, { recursive: true, force: true })
  writeFileSync(weights, large)
  utimesSync(weights, long, long)
})

describe('the digest of a large file', () => {
  it('is computed once, as long as the file stays', async () => {
    expect(await cachedDigest(weights, cache)).toBe(hash(large))
    const [place] = kept()
    // What is kept is believed: the file is not read again.
    const other = 'a'.repeat(64)
    writeFileSync(place, JSON.stringify({ ...JSON.parse(readFileSync(place, 'utf8')), sha256: other }))
    expect(await cachedDigest(weights, cache)).toBe(other)
  })

  it('is computed anew when the file changed, also where its time of change was put back', async () => {
    await cachedDigest(weights, cache)
    const changed = large.slice()
    changed[9] = 1
    writeFileSync(weights, changed)
    utimesSync(weights, long, long)
    expect(await cachedDigest(weights, cache)).toBe(hash(changed))
  })

  it('is not kept of a file that has just been written', async () => {
    writeFileSync(weights, large)
    expect(await cachedDigest(weights, cache)).toBe(hash(large))
    expect(() => kept()).toThrow(/ENOENT/)
  })

  it('is computed where what is kept is broken, or nothing can be kept', async () => {
    await cachedDigest(weights, cache)
    for (const broken of ['', '{"sha256":1}', 'null', '[]']) {
      writeFileSync(kept()[0], broken)
      expect(await cachedDigest(weights, cache)).toBe(hash(large))
    }
    writeFileSync(join(root, 'file'), '')
    expect(await cachedDigest(weights, join(root, 'file', 'digests'))).toBe(hash(large))
  })

  it('is not asked for of a small file, which is hashed', async () => {
    const small = join(root, 'config.json')
    writeFileSync(small, '{}')
    utimesSync(small, long, long)
    expect(await cachedDigest(small, cache)).toBe(hash(new TextEncoder().encode('{}')))
    expect(() => kept()).toThrow(/ENOENT/)
  })

  it('comes from a thread of its own where that takes long', async () => {
    const huge = join(root, 'huge')
    const bytes = new Uint8Array((1 << 27) + 1)
    writeFileSync(huge, bytes)
    expect(await cachedDigest(huge, cache)).toBe(hash(bytes))
    rmSync(huge)
    await expect(cachedDigest(huge, cache)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it.runIf(process.getuid?.() !== 0)('tells why a file cannot be read', async () => {
    chmodSync(weights, 0)
    await expect(cachedDigest(weights, cache)).rejects.toMatchObject({ code: 'EACCES' })
    chmodSync(weights, 0o600)
  })
})

it('lies where users’ caches lie', () => {
  expect(cacheFolder({ XDG_CACHE_HOME: '/c' }, 'linux')).toBe(join('/c', 'neg'))
  expect(cacheFolder({}, 'linux')).toMatch(/\.cache[/\\]neg$/)
  expect(cacheFolder({}, 'darwin')).toMatch(/Library[/\\]Caches[/\\]neg$/)
  expect(cacheFolder({ LOCALAPPDATA: '/l' }, 'win32')).toBe(join('/l', 'neg'))
})

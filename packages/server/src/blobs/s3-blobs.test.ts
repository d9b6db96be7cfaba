import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { s3Blobs } from './s3-blobs'
import { signS3 } from './sign-s3'

/** The examples of AWS' documentation: "Signature Calculations for the Authorization Header". */
describe('a signature', () => {
  const credentials = {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  }
  const now = new Date('2013-05-24T00:00:00Z')
  const signature = (request: Parameters<typeof signS3>[0]) =>
    /Signature=(\w+)/.exec(signS3(request, credentials, 'us-east-1', now).authorization)?.[1]
  const at = (path: string) => new URL(`https://examplebucket.s3.amazonaws.com${path}`)

  test('is that of AWS’ examples', () => {
    expect(signature({ method: 'GET', url: at('/test.txt'), headers: { range: 'bytes=0-9' } })).toBe(
      'f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41',
    )
    const body = new TextEncoder().encode('Welcome to Amazon S3.')
    const headers = { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' }
    expect(signature({ method: 'PUT', url: at('/test%24file.text'), headers, body })).toBe(
      '98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
    )
    expect(signature({ method: 'GET', url: at('/?lifecycle') })).toBe(
      'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543',
    )
    expect(signature({ method: 'GET', url: at('/?max-keys=2&prefix=J') })).toBe(
      '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7',
    )
  })

  test('takes no account of white space around a header’s value, as whoever receives it', () => {
    const of = (range: string) => signature({ method: 'GET', url: at('/test.txt'), headers: { range } })
    expect(of('  bytes=0-9 ')).toBe(of('bytes=0-9'))
    expect(of('bytes=0-8')).not.toBe(of('bytes=0-9'))
  })
})

/** What S3 does with objects, as far as it is asked for: two keys a page, signatures not looked at. */
function bucketServer(): Server {
  const objects = new Map<string, { body: Buffer; type: string }>()
  return createServer(async (request, answer) => {
    const url = new URL(request.url ?? '/', 'http://s3')
    const key = decodeURIComponent(url.pathname).replace(/^\/pictures\//, '')
    if (!request.headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=me/')) {
      return answer.writeHead(403).end('<Error><Code>AccessDenied</Code></Error>')
    }
    if (request.method === 'PUT') {
      const pieces: Buffer[] = []
      for await (const piece of request) pieces.push(piece)
      objects.set(key, { body: Buffer.concat(pieces), type: request.headers['content-type'] ?? '' })
      return answer.end()
    }
    if (request.method === 'DELETE') return answer.writeHead(objects.delete(key) ? 204 : 404).end()
    if (url.searchParams.has('list-type')) {
      const prefix = url.searchParams.get('prefix') ?? ''
      const after = url.searchParams.get('continuation-token') ?? ''
      const keys = [...objects.keys()].filter((one) => one.startsWith(prefix) && one > after).sort()
      const page = keys.slice(0, 2)
      const contents = page.map(
        (one) =>
          `<Contents><Key>${one}</Key><LastModified>2026-01-01T00:00:00Z</LastModified><Size>${objects.get(one)?.body.length}</Size></Contents>`,
      )
      const next = keys.length > 2 ? `<NextContinuationToken>${page[1]}</NextContinuationToken>` : ''
      return answer.end(`<ListBucketResult>${contents.join('')}${next}</ListBucketResult>`)
    }
    const found = objects.get(key)
    if (!found) return answer.writeHead(404).end('<Error><Code>NoSuchKey</Code></Error>')
    return answer.writeHead(200, { 'content-type': found.type }).end(found.body)
  })
}

describe('blobs in a bucket', () => {
  let server: Server
  let endpoint: string
  beforeAll(async () => {
    server = bucketServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => void server.close())
  const blob = { bytes: new Uint8Array([1, 2, 3]), type: 'image/png' }

  test('are put, found, listed page by page and deleted', async () => {
    const store = s3Blobs({ endpoint, bucket: 'pictures', prefix: 'neg/', accessKeyId: 'me', secretAccessKey: 'x' })
    const keys = ['jobs/a/0.png', 'jobs/a/latents.bin', 'jobs/a/values-1.bin', 'jobs/b/0.png']
    for (const key of keys) await store.put(key, blob)
    expect(await store.get(keys[0])).toEqual(blob)
    expect(await store.get('jobs/c/0.png')).toBeUndefined()
    expect([...(await store.sizes('jobs/a/')).values()].every((size) => size > 0)).toBe(true)
    expect((await store.sizes('jobs/a/')).size).toBeGreaterThan(0)
    await store.deleteBelow('jobs/a/')
    expect(await Promise.all(keys.map(async (key) => (await store.get(key)) !== undefined))).toEqual([
      false,
      false,
      false,
      true,
    ])
    await store.sweep(Date.parse('2025-12-31'))
    expect(await store.get('jobs/b/0.png')).toBeDefined()
    await store.sweep(Date.parse('2026-01-02'))
    expect(await store.get('jobs/b/0.png')).toBeUndefined()
  })

  test('say what the store says when it refuses', async () => {
    const store = s3Blobs({ endpoint, bucket: 'pictures', accessKeyId: 'you', secretAccessKey: 'x' })
    await expect(store.put('a', blob)).rejects.toMatchObject({
      code: 'write-failed',
      message: expect.stringContaining('AccessDenied'),
    })
  })
})

import { NegError } from '@neg/core'
import { send as sendHttp } from '@neg/core/internal'
import type { BlobStore } from './blob-store'
import { type S3Credentials, signS3 } from './sign-s3'

export interface S3BlobsOptions extends S3Credentials {
  /** `https://s3.eu-central-1.amazonaws.com`, or where a compatible store (MinIO, Ceph, R2 …) is. */
  readonly endpoint: string
  readonly bucket: string
  /** Default `us-east-1`, which compatible stores take. */
  readonly region?: string
  /** Before every key. Default none. */
  readonly prefix?: string
  readonly fetch?: typeof globalThis.fetch
}

/**
 * Keeps blobs in a bucket of an S3-compatible store, addressed by path. Give the bucket a rule that lets objects expire:
 * a sweep lists them all.
 */
export function s3Blobs(options: S3BlobsOptions): BlobStore {
  const { endpoint, bucket, region = 'us-east-1', prefix = '', fetch } = options
  const base = `${endpoint.replace(/\/$/, '')}/${bucket}`

  const send = async (method: string, path: string, body?: Uint8Array, headers?: Record<string, string>) => {
    const url = new URL(base + path)
    const signed = signS3({ method, url, headers, body }, options, region)
    const init = { method, headers: signed, ...(body ? { body: body as BodyInit } : {}), redirect: 'error' as const }
    const answer = await sendHttp(url, init, { fetch, timeout: 60_000, limits: 'silence' }).catch((cause) => {
      throw new NegError('write-failed', `The store at ${url.origin} can't be reached: ${cause.message}.`, { cause })
    })
    if (answer.ok || answer.status === 404) return answer
    const why = /<Code>([^<]+)</.exec(await answer.text())?.[1] ?? `status ${answer.status}`
    throw new NegError('write-failed', `The store at ${url.origin} refuses ${method} in ${bucket}: ${why}.`)
  }
  const at = (key: string) => `/${`${prefix}${key}`.split('/').map(encodeURIComponent).join('/')}`

  /** Keys below a prefix with their size and the time they were put, a page at a time. */
  async function* list(below: string): AsyncGenerator<{ key: string; time: number; size: number }> {
    let token = ''
    do {
      const query = new URLSearchParams({ 'list-type': '2', prefix: prefix + below })
      if (token) query.set('continuation-token', token)
      const text = await (await send('GET', `/?${query}`)).text()
      for (const [, entry] of text.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
        const [key, time, size] = ['Key', 'LastModified', 'Size'].map((name) => tag(entry, name))
        yield { key: key.slice(prefix.length), time: Date.parse(time), size: Number(size) }
      }
      token = tag(text, 'NextContinuationToken')
    } while (token)
  }
  const deleteAll = async (below: string, when: (time: number) => boolean) => {
    for await (const { key, time } of list(below)) if (when(time)) await send('DELETE', at(key))
  }

  return {
    async put(key, { bytes, type }) {
      await send('PUT', at(key), bytes, { 'content-type': type })
    },
    async get(key) {
      const answer = await send('GET', at(key))
      if (answer.status === 404) return undefined
      const type = answer.headers.get('content-type') ?? 'application/octet-stream'
      return { bytes: new Uint8Array(await answer.arrayBuffer()), type }
    },
    async sizes(folder) {
      const found = new Map<string, number>()
      for await (const { key, size } of list(folder)) found.set(key, size)
      return found
    },
    async deleteBelow(key) {
      if (key.endsWith('/')) await deleteAll(key, () => true)
      else await send('DELETE', at(key))
    },
    sweep: (before) => deleteAll('', (time) => time < before),
  }
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&apos;': "'",
  '&amp;': '&',
}

/** The text of a tag of S3's answers, which have no attributes there; empty where there is none. */
const tag = (xml: string, name: string): string =>
  (new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? '').replace(
    /&\w+;/g,
    (entity) => entities[entity] ?? entity,
  )

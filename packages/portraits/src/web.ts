import { manifest } from './manifest'
import urls from './urls'

/** The embedded model as `web({ model })` of @neg/web takes it: addresses that bundlers follow, sizes and digests. */
const portraits: {
  readonly name: string
  readonly files: Readonly<Record<string, { readonly url: string; readonly size: number; readonly sha256: string }>>
} = {
  name: 'portraits',
  files: Object.fromEntries(Object.entries(urls).map(([path, url]) => [path, { url, ...manifest[path] }])),
}

export default portraits

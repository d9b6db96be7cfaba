import { NegError } from '@neg/core'
import * as z from 'zod'

/** One file of a model, by its address. */
export interface ModelFileUrl {
  readonly url: string
  /** The file itself, where somebody chose it: it is read where it lies, and nothing is stored. */
  readonly blob?: Blob
  /** Bytes. Without it the server is asked. */
  readonly size?: number
  /** Hex SHA-256: what is downloaded must match. Without it the digest is taken when the file arrives. */
  readonly sha256?: string
}

/** A model folder as addresses, or as files: path in the folder → where it lies. Bundlers make these (`@neg/portraits/urls`), and `chosenFolder`. */
export interface ModelUrls {
  /** What people call it. */
  readonly name: string
  readonly files: Readonly<Record<string, ModelFileUrl | string | Blob>>
}

/**
 * Where a model folder lies: the address of the folder, as a static host or a hub serves it
 * (`https://huggingface.co/ORG/MODEL/resolve/main/`), or the addresses of its files.
 */
export type ModelSource = string | URL | ModelUrls

/** A source in one form: absolute addresses. A folder's files are not known yet. */
export type ResolvedSource =
  | { readonly kind: 'folder'; readonly name: string; readonly base: string }
  | { readonly kind: 'files'; readonly name: string; readonly files: Readonly<Record<string, ModelFileUrl>> }

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { message: 'must be a SHA-256 in lower-case hex' })
const file = z.union([
  z.string().transform((url): ModelFileUrl => ({ url })),
  z.instanceof(Blob).transform((blob): ModelFileUrl => ({ url: '', blob, size: blob.size })),
  z.strictObject({
    url: z.string(),
    blob: z.instanceof(Blob).optional(),
    size: z.number().int().min(0).optional(),
    sha256: sha256.optional(),
  }),
])
const urls = z.strictObject({ name: z.string().min(1), files: z.record(z.string(), file) })

/** `…/ORG/MODEL/resolve/main/` is called ORG/MODEL; any other folder by its last part. */
function nameOf(base: URL): string {
  const parts = base.pathname.split('/').filter((part) => part !== '')
  const at = parts.indexOf('resolve')
  if (at >= 2) return parts.slice(at - 2, at).join('/')
  return parts.length > 0 ? decodeURIComponent(parts[parts.length - 1]) : base.host
}

function absolute(url: string, base: string, where: string): URL {
  const parsed = URL.canParse(url, base) ? new URL(url, base) : undefined
  if (parsed && /^(https?|data|blob):$/.test(parsed.protocol)) return parsed
  throw new NegError('option-invalid', `${where} is '${url}', which is no http(s) address.`, { where })
}

/**
 * Checks a source and makes its addresses absolute.
 * @param base What relative addresses are relative to: the page.
 * @param option What messages call it.
 * @throws `option-invalid`
 */
export function resolveSource(source: ModelSource, base: string, option = 'model'): ResolvedSource {
  if (typeof source === 'string' || source instanceof URL) {
    const url = absolute(String(source), base, option)
    // A folder's address ends with a slash, or its files would land beside it.
    if (!url.pathname.endsWith('/')) url.pathname += '/'
    url.hash = ''
    return { kind: 'folder', name: nameOf(url), base: url.href }
  }
  const parsed = urls.safeParse(source)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const where = [option, ...issue.path].join('.')
    throw new NegError(
      'option-invalid',
      `${where}: ${issue.message}. Expected a folder's address or { name, files }.`,
      {
        where,
      },
    )
  }
  const { name, files } = parsed.data
  return {
    kind: 'files',
    name,
    files: Object.fromEntries(
      Object.entries(files).map(([path, entry]) => [
        path,
        entry.blob ? entry : { ...entry, url: absolute(entry.url, base, `${option}.files.${path}`).href },
      ]),
    ),
  }
}

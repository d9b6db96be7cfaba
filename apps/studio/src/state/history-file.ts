import { NegError, type RunRecord, readPngText, recordKeyword } from '@neg/core'
import { unzipSync, zipSync } from 'fflate'
import { fileName } from '../lib/file-name'
import { type Entry, history, keep } from './history'

/** What a picture's file does not say by itself. */
interface Listed {
  readonly file: string
  readonly made: number
  readonly milliseconds: number
  readonly favourite?: boolean
}

const list = 'neg-history.json'

/** Pictures as one file that anybody opens: PNGs with their records, and a list of the rest. */
export async function packHistory(entries: readonly Entry[]): Promise<Blob> {
  const files: Record<string, Uint8Array> = {}
  const listed: Listed[] = []
  for (const { id, png, record, made, milliseconds, favourite } of entries) {
    const file = `${String(id).padStart(5, '0')}-${fileName(record.recipe)}`
    files[file] = new Uint8Array(await png.arrayBuffer())
    listed.push({ file, made, milliseconds, ...(favourite ? { favourite } : {}) })
  }
  files[list] = new TextEncoder().encode(JSON.stringify({ format: 1, pictures: listed }))
  // PNGs are compressed already.
  return new Blob([zipSync(files, { level: 0 }) as Uint8Array<ArrayBuffer>], { type: 'application/zip' })
}

function recordOf(png: Uint8Array): RunRecord | undefined {
  try {
    const text = readPngText(png)[recordKeyword]
    const record = text === undefined ? undefined : (JSON.parse(text) as RunRecord)
    return record?.recipe && record.models?.main ? record : undefined
  } catch {
    return undefined // No picture of neg: left out, and said by the count.
  }
}

/**
 * Takes pictures out of such a file, those that are here already aside; how many there were.
 * @throws `record-missing` for a file without a picture of neg
 */
export async function unpackHistory(file: File): Promise<number> {
  let files: Record<string, Uint8Array>
  try {
    files = unzipSync(new Uint8Array(await file.arrayBuffer()))
  } catch (cause) {
    throw new NegError('record-missing', `${file.name} is no ZIP file.`, { cause })
  }
  const told = files[list] ? (JSON.parse(new TextDecoder().decode(files[list])).pictures as Listed[]) : []
  const here = new Set(history.value.map(({ made, record }) => `${made} ${JSON.stringify(record)}`))
  const pictures = Object.entries(files).flatMap(([name, bytes]) => {
    const record = name.endsWith('.png') ? recordOf(bytes) : undefined
    const { made = file.lastModified, milliseconds = 0, favourite } = told.find((one) => one.file === name) ?? {}
    return record ? [{ bytes, record, made, milliseconds, favourite }] : []
  })
  if (pictures.length === 0) throw new NegError('record-missing', `${file.name} holds no picture of neg.`)
  for (const { bytes, ...entry } of pictures.sort((a, b) => a.made - b.made)) {
    if (here.has(`${entry.made} ${JSON.stringify(entry.record)}`)) continue
    await keep({ ...entry, png: new Blob([bytes as Uint8Array<ArrayBuffer>], { type: 'image/png' }) })
  }
  return pictures.length
}

import { createHash } from 'node:crypto'
import { open, readFile, realpath, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { writeFileAtomic } from '../image/write-file-atomic'
import { makeFolder } from './make-folder'

/** Hub caches name a large file's blob after its SHA-256, and check it when it is downloaded. */
const blobName = /[/\\]blobs[/\\]([0-9a-f]{64})$/

/** Files below this size are hashed each time: that is as quick as asking for what is known of them. */
const remembered = 1 << 22

/** Larger files, which take seconds, are hashed by a thread of their own. */
const quick = 1 << 27

/** A file that changed so lately, in milliseconds, may change again and show the same time. */
const settled = 2000

type Environment = Readonly<Record<string, string | undefined>>

/** Where neg keeps what it found out: `neg` in the user's folder of caches. */
export function cacheFolder(env: Environment = process.env, platform: NodeJS.Platform = process.platform): string {
  if (env['XDG_CACHE_HOME']) return join(env['XDG_CACHE_HOME'], 'neg')
  if (platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'neg')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'neg')
  return join(homedir(), '.cache', 'neg')
}

/**
 * Hex SHA-256 of a file. Of a large one it is kept in the user's cache beside path, size and times of change, and read again as
 * long as these are the same: no weight is read only for its digest. Where nothing can be kept, it is computed each time.
 */
export async function cachedDigest(path: string, folder: string = join(cacheFolder(), 'digests')): Promise<string> {
  const real = await realpath(path)
  const known = blobName.exec(real)
  if (known) return known[1]
  const { size, mtimeMs, mtimeNs, ctimeNs } = await stat(real, { bigint: true })
  if (size < remembered) return hashed(real, Number(size))
  const place = join(folder, `${createHash('sha256').update(real).digest('hex')}.json`)
  // A replaced file that kept its time of change has another time of its entry.
  const state = { path: real, size: `${size}`, changed: `${mtimeNs}`, entry: `${ctimeNs}` }
  const kept = await readKept(place)
  const same = (Object.keys(state) as (keyof typeof state)[]).every((key) => kept?.[key] === state[key])
  if (same && /^[0-9a-f]{64}$/.test(kept?.sha256 ?? '')) return kept?.sha256 as string
  const sha256 = await hashed(real, Number(size))
  const after = await stat(real, { bigint: true })
  if (after.mtimeNs === mtimeNs && after.size === size && Date.now() - Number(mtimeMs) > settled) {
    await makeFolder(folder)
      .then(() => writeFileAtomic(place, JSON.stringify({ ...state, sha256 })))
      .catch(() => undefined)
  }
  return sha256
}

async function readKept(place: string): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    return JSON.parse(await readFile(place, 'utf8'))
  } catch {
    return undefined
  }
}

/** In pieces of one buffer: what is read only for its digest leaves nothing in memory. */
async function hashedHere(path: string): Promise<string> {
  const hash = createHash('sha256')
  const bytes = new Uint8Array(1 << 18)
  const file = await open(path)
  try {
    for (;;) {
      const { bytesRead } = await file.read(bytes, 0, bytes.length)
      if (bytesRead === 0) return hash.digest('hex')
      hash.update(bytes.subarray(0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

const program = `
  const { parentPort, workerData } = require('node:worker_threads')
  const { openSync, readSync } = require('node:fs')
  const hash = require('node:crypto').createHash('sha256')
  const file = openSync(workerData, 'r')
  const bytes = new Uint8Array(1 << 20)
  for (let read = readSync(file, bytes); read > 0; read = readSync(file, bytes)) hash.update(bytes.subarray(0, read))
  parentPort.postMessage(hash.digest('hex'))`

async function hashed(path: string, size: number): Promise<string> {
  if (size <= quick) return hashedHere(path)
  const worker = new Worker(program, { eval: true, workerData: path, execArgv: [] })
  try {
    return await new Promise((resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
      worker.once('exit', (code) => reject(new Error(`The thread that hashes ${path} ended with exit code ${code}.`)))
    })
  } finally {
    await worker.terminate()
  }
}

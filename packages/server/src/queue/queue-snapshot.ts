import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NegError } from '@neg/core'
import { makeFolder } from '@neg/node/internal'
import { writeFailed } from '../blobs/write-failed'
import type { JobLog } from './job-log'
import type { JobState } from './job-state'

/** What a queue in memory leaves behind when it closes. */
export interface QueueSnapshot {
  readonly jobs: readonly { readonly state: JobState; readonly log: JobLog['entries'] }[]
  readonly keys: readonly (readonly [
    string,
    { readonly id: string; readonly digest: string; readonly until: number },
  ])[]
}

export interface SnapshotStore {
  /** What was left behind; read once, then it is gone, so that no job is run by two servers. */
  read(): Promise<QueueSnapshot | undefined>
  /**
   * Sets room aside for a snapshot of so many bytes of JSON, so that what is accepted can be kept however full the disk is
   * when the queue closes. Default: there is always room.
   * @throws `write-failed`
   */
  reserve?(bytes: number): Promise<void>
  /**
   * @param least What must not be lost, within the room that was set aside: it is kept where the whole can't be.
   * @throws `write-failed` where less than the whole was kept, saying what
   */
  write(snapshot: QueueSnapshot, least: QueueSnapshot): Promise<void>
}

/** Room grows by so many bytes at a time, so that few jobs wait for it. */
const grain = 1 << 16

/** Keeps a queue's snapshot in a JSON file; while the server runs, `FILE.reserved` holds its room. */
export function fileSnapshot(file: string): SnapshotStore {
  const room = `${file}.reserved`
  let reserved: Promise<number> | undefined
  /** Writes on behind what is there: a file of zeros that were written takes its blocks, one that was only sized does not. */
  const grow = async (bytes: number): Promise<number> => {
    await makeFolder(dirname(file))
    const { size } = await stat(room).catch(() => ({ size: 0 }))
    if (size >= bytes) return size
    const to = Math.ceil(bytes / grain) * grain
    const handle = await open(room, 'a')
    try {
      await handle.writeFile(new Uint8Array(to - size))
      await handle.sync()
      return to
    } catch (error) {
      await handle.truncate(size)
      throw error
    } finally {
      await handle.close()
    }
  }
  /** Overwrites the room in its place, which takes no more of the disk, and gives it its name. */
  const writeLeast = async (snapshot: QueueSnapshot) => {
    const handle = await open(room, 'r+')
    try {
      const { bytesWritten } = await handle.write(JSON.stringify(snapshot), 0)
      await handle.truncate(bytesWritten)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(room, file)
  }
  return {
    async read() {
      let text: string
      try {
        text = await readFile(file, 'utf8')
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw new NegError('read-failed', `The jobs in ${file} can't be read: ${(cause as Error).message}.`, { cause })
      }
      let snapshot: QueueSnapshot
      try {
        snapshot = JSON.parse(text)
      } catch (cause) {
        throw new NegError(
          'read-failed',
          `${file} does not hold the jobs of a neg server: it is no JSON. Move it away.`,
          {
            cause,
          },
        )
      }
      await rm(file)
      return snapshot
    },
    async reserve(bytes) {
      // One after another; after a failure the next tries anew.
      const before = reserved?.catch(() => 0) ?? Promise.resolve(0)
      const now = before.then((size) => (size >= bytes ? size : grow(bytes)))
      reserved = now
      await now.catch((cause) => {
        throw writeFailed(`Room for the jobs that wait can't be set aside in ${dirname(file)}`, cause)
      })
    },
    async write(snapshot, least) {
      try {
        await makeFolder(dirname(file))
        await writeFile(`${file}.part`, JSON.stringify(snapshot))
        await rename(`${file}.part`, file)
        await rm(room, { force: true })
      } catch (cause) {
        await rm(`${file}.part`, { force: true }).catch(() => {})
        const [waiting, ended] = [least.jobs.length, snapshot.jobs.length - least.jobs.length]
        const lost = `what is known of ${ended} ended jobs is lost`
        await writeLeast(least).catch(() => {
          throw writeFailed(`The jobs could not be kept in ${file}: ${waiting} that wait are lost, ${lost}`, cause)
        })
        throw writeFailed(`Not all jobs could be kept in ${file}: ${waiting} that wait are, ${lost}`, cause)
      }
    },
  }
}

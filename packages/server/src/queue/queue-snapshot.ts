import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { NegError } from '@neg/core'
import { makeFolder } from '@neg/node'
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
  write(snapshot: QueueSnapshot): Promise<void>
}

/** Keeps a queue's snapshot in a JSON file. */
export function fileSnapshot(file: string): SnapshotStore {
  return {
    async read() {
      let text: string
      try {
        text = await readFile(file, 'utf8')
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
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
    async write(snapshot) {
      await makeFolder(dirname(file))
      await writeFile(`${file}.part`, JSON.stringify(snapshot))
      await rename(`${file}.part`, file)
    },
  }
}

import { randomUUID } from 'node:crypto'
import type { NewJob } from './job-queue'
import { type JobState, newState } from './job-state'
import type { SnapshotStore } from './queue-snapshot'

/** What of a snapshot is not in the jobs: its own brackets, and numbers that a job gets while it waits. */
const slack = 512

/** Bytes of a job that waits in a snapshot's JSON. */
export const stateBytes = (state: JobState): number => Buffer.byteLength(JSON.stringify(state)) + slack

/** The same before it is taken in, with its idempotency key. */
export const newJobBytes = ({ principal, model, request, idempotency }: NewJob): number =>
  stateBytes(newState(randomUUID(), principal, model, request)) +
  Buffer.byteLength(JSON.stringify([principal, idempotency ?? '']))

/** Counts the room that jobs which have not ended take in a snapshot. */
export interface SnapshotRoom {
  /** Of jobs that are there already. The answer gives the room up again. */
  hold(bytes: number): () => void
  /** Makes sure that there is room before a job is taken. @throws `write-failed` */
  reserve(bytes: number): Promise<() => void>
}

export function snapshotRoom(store: SnapshotStore | undefined): SnapshotRoom {
  let held = 0
  const hold = (bytes: number) => {
    held += bytes
    let done = false
    return () => {
      if (!done) held -= bytes
      done = true
    }
  }
  return {
    hold,
    async reserve(bytes) {
      const settle = hold(bytes)
      try {
        await store?.reserve?.(held)
        return settle
      } catch (error) {
        settle()
        throw error
      }
    },
  }
}

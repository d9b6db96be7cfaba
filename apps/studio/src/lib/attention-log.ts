import type { AttentionCapture, RunEvent } from '@neg/core'

type AttentionEvent = Extract<RunEvent, { type: 'attention' }>

/** What was seen of one prompt at one call. */
export interface Seen {
  readonly step: number
  readonly capture: AttentionCapture
}

/** All that was seen in a run: by prompt (`positive 0`, `negative 1` …), in the order of the calls. */
export type AttentionLog = ReadonlyMap<string, readonly Seen[]>

export const emptyLog: AttentionLog = new Map()
export const promptKey = (role: string, index: number): string => `${role} ${index}`

export function logAttention(log: AttentionLog, { role, index, step, capture }: AttentionEvent): AttentionLog {
  const key = promptKey(role, index)
  return new Map(log).set(key, [...(log.get(key) ?? []), { step, capture }])
}

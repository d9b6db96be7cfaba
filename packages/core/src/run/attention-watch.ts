import type { StepView } from '../guidance/step'
import type { AttentionCapture, CaptureSpec } from '../model/attention'
import type { Conditioning } from '../model/conditioning'
import { isOpen, type Position } from '../recipe/window'
import type { RunEvent } from './event'
import type { RunCapture } from './run'

/** What one evaluation is to watch. */
export interface AttentionWatch {
  capture(conditioning: Conditioning): CaptureSpec | undefined
  /** Conditions to run for observation if the guidance does not. */
  readonly observe: readonly Conditioning[]
  /** One event per watched condition; conditions that share a pass report under all their names. */
  events(captured: ReadonlyMap<string, AttentionCapture>): RunEvent[]
}

/** Nothing is watched: no capture asked for, or its window is closed. */
const nothing: AttentionWatch = { capture: () => undefined, observe: [], events: () => [] }

export function attentionWatch(asked: RunCapture | undefined, view: StepView<string>, at: Position): AttentionWatch {
  if (!asked || !isOpen(asked.window, at)) return nothing
  const all = [view.positive, view.null, ...view.negatives, ...Object.values(view.roles).flat()]
  const watched = all.filter(({ role }) => asked.roles.includes(role))
  const ids = new Set(watched.map(({ conditioning }) => conditioning.id))
  return {
    capture: (conditioning) =>
      ids.has(conditioning.id) ? { tokens: tokensOf(asked.tokens, conditioning), maps: asked.maps } : undefined,
    observe: asked.idle === 'observe' ? watched.map(({ conditioning }) => conditioning) : [],
    events: (captured) =>
      watched.flatMap(({ role, index, conditioning }) => {
        const capture = captured.get(conditioning.id)
        return capture ? [{ type: 'attention' as const, step: view.step, call: view.call, role, index, capture }] : []
      }),
  }
}

const tokensOf = (tokens: RunCapture['tokens'], { words }: Conditioning): CaptureSpec['tokens'] =>
  tokens === 'words' ? words.flatMap((word) => word.tokens) : tokens

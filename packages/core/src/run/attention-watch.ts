import { mergeLayers } from '../analysis/merge-layers'
import { phraseTokens } from '../analysis/phrase-tokens'
import type { StepView } from '../guidance/step'
import type { AttentionCapture, CaptureSpec } from '../model/attention'
import type { Conditioning, PromptWord } from '../model/conditioning'
import { isOpen } from '../recipe/window'
import type { CapturedTokens, RunEvent } from './event'
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

export function attentionWatch(asked: RunCapture | undefined, view: StepView<string>): AttentionWatch {
  if (!asked || !isOpen(asked.window, view.position)) return nothing
  const all = [view.positive, view.null, ...view.negatives, ...Object.values(view.roles).flat()]
  const watched = all.filter(({ role }) => asked.roles.includes(role))
  const ids = new Set(watched.map(({ conditioning }) => conditioning.id))
  return {
    capture: (conditioning) =>
      ids.has(conditioning.id)
        ? { tokens: columnsOf(asked, conditioning).map(({ positions }) => positions), maps: asked.maps }
        : undefined,
    observe: asked.idle === 'observe' ? watched.map(({ conditioning }) => conditioning) : [],
    events: (captured) =>
      watched.flatMap(({ role, index, conditioning }) => {
        const seen = captured.get(conditioning.id)
        if (!seen) return []
        const capture = asked.layers === 'merged' ? mergeLayers(seen) : seen
        const tokens = columnsOf(asked, conditioning)
        return [{ type: 'attention' as const, step: view.step, call: view.call, role, index, tokens, capture }]
      }),
  }
}

/** A prompt's words as one encoder reads them: the one that is asked for, else the first. */
export const wordsOf = (words: readonly PromptWord[], encoder = words[0]?.encoder): readonly PromptWord[] =>
  words.filter((word) => word.encoder === encoder)

/** What is watched of a prompt. */
function columnsOf(
  { tokens, encoder }: Pick<RunCapture, 'tokens' | 'encoder'>,
  { words: all, length }: Conditioning,
): CapturedTokens[] {
  const words = wordsOf(all, encoder)
  if (tokens === 'words') return words.map(({ word, tokens }) => ({ text: word, positions: tokens }))
  const asked = tokens === 'all' ? Array.from({ length }, (_, i) => i) : tokens
  return asked.flatMap((token) => {
    if (typeof token === 'number') {
      return [{ text: all.find(({ tokens }) => tokens.includes(token))?.word ?? '', positions: [token] }]
    }
    const positions = phraseTokens(words, token)
    return positions ? [{ text: token, positions }] : []
  })
}

import type { TextPart } from './prompt-key'
import type { TextEncoder } from './text-encoder'

/**
 * Windows that each encoder reads. Everything that is added up or put side by side has as many as its longest text needs: all
 * texts, by all encoders of one kind.
 */
export function windowsOf(
  encoders: readonly TextEncoder[],
  parts: readonly Pick<TextPart, 'text' | 'breaks'>[],
  long: 'truncate' | 'chunk',
): number[] {
  const needed = new Map<TextEncoder['kind'], number>()
  for (const { text, breaks } of parts) {
    for (const encoder of encoders) {
      const { length } = encoder.tokenize(text, long, breaks).windows
      needed.set(encoder.kind, Math.max(length, needed.get(encoder.kind) ?? 1))
    }
  }
  return encoders.map(({ kind }) => needed.get(kind) ?? 1)
}

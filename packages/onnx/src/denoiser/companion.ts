import { NegError } from '@neg/core'
import type { ResolvedRow } from './resolved-row'

/**
 * For an edit that looks at another row (`replace`), that row: the same call with the edit's prompt, and its latents
 * where it names some. Its own prediction is nobody's.
 *
 * @param edits those that do
 */
export function withCompanion(resolved: ResolvedRow, edits: ReadonlySet<string>): ResolvedRow {
  const { row, embedding, against } = resolved
  const { edit } = row
  if (!edit || !against || !edits.has(edit.name)) return resolved
  const lengths = [embedding, against].map((tensors) => tensors.text.shape[0])
  const input = edit.x ?? row.input
  if (lengths[0] !== lengths[1] || input.shape.some((size, i) => size !== row.input.shape[i])) {
    throw new NegError(
      'guidance-option-invalid',
      `The attention edit '${edit.name}' needs a source like its row: it has ${lengths[1]} tokens and latents of shape ` +
        `[${input.shape}], the row ${lengths[0]} and [${row.input.shape}].`,
    )
  }
  const { picture, t, guidanceInput, beside, control } = row
  const source = {
    picture,
    t,
    input,
    ...(beside ? { beside } : {}),
    ...(control ? { control } : {}),
    conditioning: edit.against ?? row.conditioning,
  }
  return {
    ...resolved,
    companion: { row: { ...source, ...(guidanceInput === undefined ? {} : { guidanceInput }) }, embedding: against },
  }
}

/** Rows of one session call: some, then the companions of those that have one. */
export const andCompanions = (rows: readonly ResolvedRow[]): ResolvedRow[] => [
  ...rows,
  ...rows.flatMap(({ companion }) => (companion ? [companion] : [])),
]

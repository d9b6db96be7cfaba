import type { RunRecord } from '@neg/core'

interface Found {
  readonly favourite?: boolean
  readonly record: Pick<RunRecord, 'recipe' | 'models'>
}

/** What is searched of a picture: prompt, negatives, seed, guidance, scheduler, model. */
const textOf = ({ record: { recipe, models } }: Found): string =>
  [
    recipe.prompt,
    ...recipe.negatives.map(({ text }) => text),
    recipe.seed,
    recipe.guidance.name,
    recipe.scheduler.name,
    models.main.id,
  ]
    .join('\n')
    .toLowerCase()

/** Entries that hold every word of a query. */
export function find<T extends Found>(entries: readonly T[], query: string, onlyFavourites = false): T[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean)
  return entries.filter((entry) => {
    if (onlyFavourites && !entry.favourite) return false
    const text = words.length > 0 ? textOf(entry) : ''
    return words.every((word) => text.includes(word))
  })
}

import { type GuidanceSpec, NegError, type RecipeDefaults, type Recommendation, recipeDefaults } from '@neg/core'
import { folderFiles } from '@neg/node/internal'
import { describeFolder } from '@neg/onnx/internal'

/** What a recipe without settings is drawn with, by a model folder; or why that can't be told. */
export type ModelDefaults =
  | { readonly defaults: RecipeDefaults; readonly recommended?: Recommendation }
  | { readonly error: string }

/** Reads a folder's small files. */
export async function modelDefaults(folder: string, name?: string): Promise<ModelDefaults> {
  try {
    const described = await describeFolder(await folderFiles(folder, name))
    const { recommended } = described
    return { defaults: recipeDefaults(described), ...(recommended ? { recommended } : {}) }
  } catch (error) {
    if (NegError.isInstance(error)) return { error: error.message }
    throw error
  }
}

/** `rescale phi=0.5 (apg eta=0.2)`. */
export function guidanceTitle({ name, options = {}, of = [] }: GuidanceSpec): string {
  const given = Object.entries(options).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
  return `${name}${given.join('')}${of.length > 0 ? ` (${of.map(guidanceTitle).join(', ')})` : ''}`
}

/** One line: `general, scale 5, 20 steps of PNDM, 128×128`. */
export function defaultsLine({ guidance, scale, steps, scheduler, width, height, window }: RecipeDefaults): string {
  const given = Object.entries(scheduler.config).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
  const walk = `${steps} step${steps === 1 ? '' : 's'} of ${scheduler.name.replace(/Scheduler$/, '')}${given.join('')}`
  const when = window
    ? `, negatives in [${window.from}, ${window.to})${window.of === 'schedule' ? '' : ` of ${window.of}`}`
    : ''
  return `${guidanceTitle(guidance)}, scale ${scale}, ${walk}, ${width}×${height}${when}`
}

/** What the model's makers recommend, or what is known of its kind, for people. */
export function defaultsText(found: ModelDefaults): string[] {
  if ('error' in found) return [`draws with: ${found.error}`]
  const { assumed, examples = [], knows = {} } = found.recommended ?? {}
  const line = (name: string, text: string) => `${(name === '' ? '' : `${name}:`).padEnd(14)}${text}`
  return [
    line('draws with', defaultsLine(found.defaults)),
    ...(assumed ? [line('assumed', `${assumed.settings.join(', ')}, because ${assumed.because}`)] : []),
    ...examples.map(({ prompt, negatives = [], seed, scale }, i) =>
      line(
        i === 0 ? 'try' : '',
        [
          `neg generate ${JSON.stringify(prompt)}`,
          ...negatives.flatMap(({ text, scale, window }) => [
            `--negative ${JSON.stringify(text)}`,
            ...(typeof scale === 'number' ? [`--negative-scale ${scale}`] : []),
            ...(window && 'of' in window && window.of === 'schedule'
              ? [`--negative-window ${window.from}-${window.to}`]
              : []),
          ]),
          ...(seed === undefined ? [] : [`--seed ${seed}`]),
          ...(scale === undefined ? [] : [`--scale ${scale}`]),
        ].join(' '),
      ),
    ),
    ...Object.entries(knows).map(([kind, words]) => line(kind, words.join(', '))),
  ]
}

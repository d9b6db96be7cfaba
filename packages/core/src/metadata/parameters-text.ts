import type { Scalar } from '../recipe/scalar'
import type { RunRecord } from '../run/record'

const number = (value: number) => String(Number(value.toPrecision(6)))
const scalar = (value: Scalar) => (typeof value === 'number' ? number(value) : JSON.stringify(value.points))
/** Values that hold a comma or a colon stand in quotes, as AUTOMATIC1111 writes them. */
const quoted = (value: string) => (/[,:\n]/.test(value) ? JSON.stringify(value) : value)

/**
 * AUTOMATIC1111's `parameters` text, for the tools that read it: prompt, negative prompt, then one line of key: value.
 * What that format cannot say (a negative's own strength and window) stands in keys of neg's own; the record says it all.
 */
export function parametersText({ recipe, models, neg }: RunRecord): string {
  const negatives = recipe.negatives.map(({ text }) => text).filter((text) => text !== '')
  const settings = recipe.negatives.filter(({ scale, window }) => scale !== undefined || window !== undefined)
  const fields: [string, string][] = [
    ['Steps', String(recipe.steps)],
    ['Sampler', recipe.scheduler.name.replace(/Scheduler$/, '')],
    ['CFG scale', scalar(recipe.scale)],
    ['Seed', recipe.seed],
    ['Size', `${recipe.width}x${recipe.height}`],
    ['Model hash', models.main.digest.slice(0, 10)],
    ['Model', models.main.id],
    ...(recipe.image ? ([['Denoising strength', number(recipe.image.strength)]] as [string, string][]) : []),
    ...(settings.length > 0 ? ([['Negatives', JSON.stringify(recipe.negatives)]] as [string, string][]) : []),
    ['Guidance', recipe.guidance.name],
    ['Version', `neg ${neg}`],
  ]
  return [
    recipe.prompt,
    ...(negatives.length > 0 ? [`Negative prompt: ${negatives.join(', ')}`] : []),
    fields.map(([key, value]) => `${key}: ${quoted(value)}`).join(', '),
  ].join('\n')
}

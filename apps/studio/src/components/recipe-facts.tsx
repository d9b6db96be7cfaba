import type { RunRecord, Window, WindowCurve } from '@neg/core'
import { decimal, seconds } from '../lib/format'
import { isEdit } from '../lib/spec'
import type { Entry } from '../state/history'
import { more, say } from '../strings'

const value = (scalar: unknown): string => (typeof scalar === 'number' ? decimal(scalar) : JSON.stringify(scalar))

const windowText = (window: Window | WindowCurve | undefined): string => {
  if (!window) return say().always
  if ('curve' in window) return JSON.stringify(window.points)
  return `${decimal(window.from)} – ${decimal(window.to)}${window.of === 'schedule' ? '' : ` ${window.of}`}`
}

/** What a picture began with: how much of it was drawn anew, where, and how it was led back. */
function imageFacts(image: RunRecord['recipe']['image']): (readonly [string, string])[] {
  if (!image) return []
  const { strength, mask, find, inversion } = image
  if (!inversion) return [[say().beginWith, `${strength}`]]
  return [
    [more().howMuchChanges, decimal(strength)],
    [more().whereChanges, more().where[mask !== undefined ? 'painted' : find ? 'found' : 'everywhere']],
    [more().wayBack, inversion.method],
  ]
}

/** What a picture was drawn from, by name. */
function factsOf({ record: { recipe, models, numerics, evaluations }, milliseconds }: Entry): Map<string, string> {
  const strings = say()
  return new Map<string, string>([
    ...(isEdit(recipe) && recipe.prompt === '' ? [] : [[strings.shouldBe, recipe.prompt] as const]),
    ...recipe.negatives.map(
      ({ text, scale, window }, i) =>
        [
          strings.negative(i + 1),
          `${text}${scale === undefined ? '' : `, ${value(scale)}`}, ${windowText(window)}`,
        ] as const,
    ),
    [strings.scale, value(recipe.scale)],
    [strings.steps, String(recipe.steps)],
    [strings.seed, recipe.seed],
    [strings.size, `${recipe.width} × ${recipe.height}`],
    [strings.guidance, `${recipe.guidance.name} ${JSON.stringify(recipe.guidance.options ?? {})}`],
    [strings.scheduler, recipe.scheduler.name.replace('Scheduler', '')],
    ...imageFacts(recipe.image),
    [more().model, models.main.id],
    [strings.evaluationsRun, String(evaluations.run)],
    [strings.ranOn, numerics.device],
    ...(milliseconds > 0 ? [[strings.time, seconds(milliseconds)] as const] : []),
  ])
}

/** A picture's recipe; beside another's, what differs stands out. */
export function RecipeFacts({ entry, other }: { entry: Entry; other: Entry | undefined }) {
  const facts = factsOf(entry)
  const others = other && factsOf(other)
  const names = [...new Set([...facts.keys(), ...(others?.keys() ?? [])])]
  return (
    <table class="facts small">
      <caption class="quiet">{more().recipe}</caption>
      <tbody>
        {names.map((name) => {
          const differs = others !== undefined && facts.get(name) !== others.get(name)
          return (
            <tr key={name} class={differs ? 'differs' : ''}>
              <th scope="row">{name}</th>
              <td>{facts.get(name) ?? '–'}</td>
              {others && <td>{others.get(name) ?? '–'}</td>}
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

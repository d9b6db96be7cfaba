import type { Window, WindowCurve } from '@neg/core'
import { decimal, seconds } from '../lib/format'
import type { Entry } from '../state/history'
import { more, say } from '../strings'

const value = (scalar: unknown): string => (typeof scalar === 'number' ? decimal(scalar) : JSON.stringify(scalar))

const windowText = (window: Window | WindowCurve | undefined): string => {
  if (!window) return say().always
  if ('curve' in window) return JSON.stringify(window.points)
  return `${decimal(window.from)} – ${decimal(window.to)}${window.of === 'schedule' ? '' : ` ${window.of}`}`
}

/** What a picture was drawn from, by name. */
function factsOf({ record: { recipe, models, numerics, evaluations }, milliseconds }: Entry): Map<string, string> {
  const strings = say()
  return new Map<string, string>([
    [strings.shouldBe, recipe.prompt],
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
    ...(recipe.image ? [[strings.beginWith, `${recipe.image.strength}`] as const] : []),
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

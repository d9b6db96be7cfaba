import { NegError } from '@neg/core'
import { signal } from '@preact/signals'
import { axisName } from '../state/axis-name'
import { draft, negatives, settings, toRecipe } from '../state/draft'
import { guidanceProblems, guidances } from '../state/guidances'
import { notifyWhenDone } from '../state/notify'
import { type Axis, type AxisKind, axisKinds, plotOf } from '../state/plot'
import { drawAll } from '../state/queue'
import { close } from '../state/views'
import { more } from '../strings'
import { Dialog } from './dialog'

/** What is typed stays for the next plot. */
const across = signal<Axis>({ kind: 'seed', values: '1-4' })
const down = signal<Axis | undefined>(undefined)

/** Values to begin with, from what the page says now. */
function suggested(kind: AxisKind): string {
  const { scale, steps, guidance } = settings.value
  const { prompt, seed } = draft.value
  switch (kind) {
    case 'seed':
      return /^\d+$/.test(seed) ? `${seed}-${BigInt(seed) + 3n}` : '1-4'
    case 'scale':
      return [0.5, 1, 1.5, 2].map((by) => Number((scale * by).toPrecision(3))).join(', ')
    case 'strength':
      return [0, 0.5, 1, 2].map((by) => Number(((scale - 1) * by).toPrecision(3))).join(', ')
    case 'window':
      return 'always, 0-0.4, 0.2-0.6, 0.5-1'
    case 'steps':
      return [0.5, 1, 2].map((by) => Math.max(1, Math.round(steps * by))).join(', ')
    case 'guidance': {
      const usable = guidances.value.filter(({ name, wraps }) => wraps === 0 && !guidanceProblems.value.has(name))
      const others = usable.map(({ name }) => name).filter((name) => name !== guidance.name)
      return [guidance.name, ...others].slice(0, 4).join(', ')
    }
    case 'scheduler':
      return 'ddim, dpm++2m, euler, unipc'
    case 'prompt':
      return `${prompt.split(' ').at(-1) ?? ''} | `
  }
}

function AxisFields({
  id,
  axis,
  label,
  none,
}: {
  id: string
  axis: typeof across | typeof down
  label: string
  none?: string
}) {
  const { value } = axis
  return (
    <fieldset class="plain">
      <legend class="label">{label}</legend>
      <select
        class="input"
        aria-label={label}
        value={value?.kind ?? ''}
        onChange={(event) => {
          const kind = event.currentTarget.value as AxisKind | ''
          ;(axis as typeof down).value = kind === '' ? undefined : { kind, values: suggested(kind) }
        }}
      >
        {none && <option value="">{none}</option>}
        {axisKinds.map((kind) => (
          <option
            key={kind}
            value={kind}
            disabled={(kind === 'strength' || kind === 'window') && negatives.value.length === 0}
          >
            {axisName(kind)}
          </option>
        ))}
      </select>
      {value && (
        <>
          <label class="small quiet" for={id}>
            {more().axisAbout[value.kind]}
          </label>
          <input
            id={id}
            class="input mono"
            type="text"
            value={value.values}
            onInput={(event) => {
              axis.value = { ...value, values: event.currentTarget.value }
            }}
          />
        </>
      )}
    </fieldset>
  )
}

/** Many pictures at once: over one axis or two, as a grid. */
export function PlotDialog() {
  let plot: ReturnType<typeof plotOf> | undefined
  let wrong = ''
  try {
    plot = plotOf(toRecipe(draft.value), across.value, down.value)
  } catch (error) {
    if (!NegError.isInstance(error)) throw error
    wrong = more().axisWrong(axisName((error.where as AxisKind) ?? across.value.kind), error.message)
  }
  const submit = (event: Event) => {
    event.preventDefault()
    if (!plot) return
    close()
    notifyWhenDone(drawAll(plot.cells, { layout: plot.layout, title: draft.value.prompt }))
  }
  return (
    <Dialog title={more().manyAtOnce}>
      <form class="plot-form" onSubmit={submit}>
        <p class="small quiet">{more().plotAbout}</p>
        <AxisFields id="across" axis={across} label={more().across} />
        <AxisFields id="down" axis={down} label={more().down} none={more().nothing} />
        <p role="status" class="small">
          {plot ? more().drawsMany(plot.cells.length) : wrong}
        </p>
        <button type="submit" class="button button-draw" disabled={!plot}>
          {more().drawGrid}
        </button>
      </form>
    </Dialog>
  )
}

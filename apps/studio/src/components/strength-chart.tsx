import type { RecipeInput } from '@neg/core'
import { useRef, useState } from 'preact/hooks'
import { negativeStrength, relatedColumn, wordsOf } from '../lib/attention'
import { decimal } from '../lib/format'
import { specsOf } from '../lib/spec'
import { windowHandlers } from '../lib/window-drag'
import { stepsOf } from '../lib/window-steps'
import { colourOf, defaultWindow, draft, settings, windowOf } from '../state/draft'
import type { Picture } from '../state/run'
import { more, say } from '../strings'
import { WindowSuggestions } from './window-suggestions'
import { setWindow } from './window-track'

const [width, height] = [560, 190]
const margin = { left: 36, right: 10, top: 10, bottom: 26 }

interface Curve {
  readonly name: string
  readonly colour: number
  readonly points: readonly { readonly step: number; readonly ratio: number }[]
  readonly window: readonly [from: number, to: number]
}

/** A scheduler may call the network more than once in a step. */
const lastOfEachStep = (points: Curve['points']): Curve['points'] =>
  points.filter(({ step }, i) => points[i + 1]?.step !== step)

function curvesOf({ attention, recipe, record, steps }: Picture, against: number): Curve[] {
  // The record knows windows that the model has for negatives without one.
  return specsOf((record?.recipe as RecipeInput | undefined) ?? recipe).map((spec, i) => {
    const window = spec.window ? windowOf(spec.window) : undefined
    return {
      name: spec.text,
      colour: colourOf(spec.text, i),
      points: lastOfEachStep(negativeStrength(attention, i, against)),
      window: stepsOf(window, steps),
    }
  })
}

const summary = (curves: readonly Curve[]): string =>
  curves
    .map(({ name, points }) => {
      const peak = points.reduce((best, point) => (point.ratio > best.ratio ? point : best), points[0])
      return more().curveSaid(name, decimal(peak.ratio), peak.step, decimal(points[points.length - 1].ratio))
    })
    .join('. ')

const x = (step: number, steps: number) => margin.left + (step / steps) * (width - margin.left - margin.right)

interface DraggedProps {
  readonly id: number
  readonly name: string
  readonly colour: number
  /** Which of how many: windows that begin or end together are taken hold of one above the other. */
  readonly row: number
  readonly rows: number
  chart(): number
}

/** The window that a negative has now, on the curve: dragged there, it is the next picture's. */
function DraggedWindow({ id, name, colour, row, rows, chart }: DraggedProps) {
  const { steps } = settings.value
  const negative = draft.value.negatives.find((one) => one.id === id)
  const [from, to] = stepsOf(negative?.window ?? defaultWindow.value, steps)
  const dragged = {
    from,
    to,
    steps,
    width: () => (chart() * (width - margin.left - margin.right)) / width,
    set: (first: number, last: number) => setWindow(id, first, last, steps),
  }
  const [left, right] = [x(from, steps), x(to, steps)]
  const [top, tall] = [margin.top, height - margin.top - margin.bottom]
  const edge = (part: 'from' | 'to', at: number, label: string, now: number, text: string) => (
    <g
      class="chart-edge"
      role="slider"
      tabindex={0} // In SVG the attribute's own spelling counts.
      aria-label={label}
      aria-valuemin={part === 'from' ? 0 : from + 1}
      aria-valuemax={part === 'from' ? to - 1 : steps}
      aria-valuenow={now}
      aria-valuetext={text}
      {...windowHandlers(dragged, part)}
    >
      <rect x={at - 8} y={top + tall * (row / rows)} width={16} height={tall / rows} fill="transparent" />
      <line x1={at} x2={at} y1={top} y2={top + tall} />
      <circle cx={at} cy={top + tall * ((row + 1) / rows)} r={5} />
    </g>
  )
  return (
    <g data-colour={colour}>
      <rect
        class="chart-move"
        x={left}
        width={Math.max(0, right - left)}
        y={top}
        height={tall}
        {...windowHandlers(dragged, 'both')}
      />
      {edge('from', left, more().curveStart(name), from, say().fromStep(from))}
      {edge('to', right, more().curveEnd(name), to, say().upToStep(to - 1))}
    </g>
  )
}

/** r_t of every negative over the run, growing as it is drawn; windows are shaded. */
export function StrengthChart({ picture }: { picture: Picture }) {
  const { attention, steps } = picture
  const [chosen, setChosen] = useState<number>()
  const drawing = useRef<SVGSVGElement>(null)
  const wide = () => drawing.current?.getBoundingClientRect().width ?? width
  const words = wordsOf(attention, { role: 'positive' })
  if (words.length === 0) return null
  // r(i) of the article: the word whose map overlaps the negative's most; the user can say otherwise.
  const against = Math.min(chosen ?? relatedColumn(attention), words.length - 1)
  const curves = curvesOf(picture, against)
  if (!curves.some(({ points }) => points.length > 0)) return null
  const top = Math.max(1.2, ...curves.flatMap(({ points }) => points.map(({ ratio }) => ratio))) * 1.05
  const at = (step: number) => x(step, steps)
  const y = (value: number) => height - margin.bottom - (value / top) * (height - margin.top - margin.bottom)
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * steps))
  const levels = Array.from({ length: Math.floor(top / (top > 3 ? 1 : 0.5)) + 1 }, (_, i) => i * (top > 3 ? 1 : 0.5))
  return (
    <div class="chart">
      <div class="row spread wrap">
        <h3>{more().strengthOfNegatives}</h3>
        <label class="small">
          {more().against}{' '}
          <select
            class="input inline"
            value={against}
            onChange={(event) => setChosen(Number(event.currentTarget.value))}
          >
            {words.map(({ text }, i) => (
              <option key={i} value={i}>
                {text}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="chart-box">
        <svg
          ref={drawing}
          viewBox={`0 0 ${width} ${height}`}
          role="img"
          aria-label={`${more().strengthOverSteps} ${summary(curves.filter(({ points }) => points.length > 0))}`}
        >
          {curves.map(({ name, colour, window: [from, to] }) =>
            from === 0 && to === steps ? null : (
              <rect
                key={name}
                class="chart-window"
                data-colour={colour}
                x={at(from)}
                width={at(to) - at(from)}
                y={margin.top}
                height={height - margin.top - margin.bottom}
              />
            ),
          )}
          {levels.map((level) => (
            <g key={level}>
              <line
                class={level === 1 ? 'chart-one' : 'chart-grid'}
                x1={margin.left}
                x2={width - margin.right}
                y1={y(level)}
                y2={y(level)}
              />
              <text class="chart-text" x={margin.left - 6} y={y(level) + 4} text-anchor="end">
                {level}
              </text>
            </g>
          ))}
          {ticks.map((tick) => (
            <text class="chart-text" key={tick} x={at(tick)} y={height - 8} text-anchor="middle">
              {tick}
            </text>
          ))}
          {curves.map(({ name, colour, points }) => (
            <polyline
              key={name}
              class="chart-line"
              data-colour={colour}
              points={points.map(({ step, ratio }) => `${at(step + 0.5).toFixed(1)},${y(ratio).toFixed(1)}`).join(' ')}
            />
          ))}
        </svg>
        {picture.done && (
          // biome-ignore lint/a11y/useSemanticElements: an SVG has no fieldset
          <svg viewBox={`0 0 ${width} ${height}`} class="chart-windows" role="group" aria-label={more().windowsOnCurve}>
            {curves.flatMap(({ name, colour }, row) =>
              draft.value.negatives
                .filter(({ text }) => text === name)
                .map(({ id }) => (
                  <DraggedWindow
                    key={id}
                    id={id}
                    name={name}
                    colour={colour}
                    row={row}
                    rows={curves.length}
                    chart={wide}
                  />
                )),
            )}
          </svg>
        )}
      </div>
      <ul class="legend small">
        {curves.map(({ name, colour }) => (
          <li key={name} data-colour={colour}>
            <span class="swatch" aria-hidden="true" />
            {name}
          </li>
        ))}
      </ul>
      <WindowSuggestions picture={picture} against={against} />
    </div>
  )
}

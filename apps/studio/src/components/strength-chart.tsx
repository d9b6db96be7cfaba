import type { RecipeInput } from '@neg/core'
import { useState } from 'preact/hooks'
import { negativeStrength, relatedColumn, wordsOf } from '../lib/attention'
import { decimal } from '../lib/format'
import { specsOf } from '../lib/spec'
import { windowOf } from '../state/draft'
import type { Picture } from '../state/run'
import { WindowSuggestions } from './window-suggestions'
import { stepsOf } from './window-track'

const [width, height] = [560, 190]
const margin = { left: 36, right: 10, top: 10, bottom: 26 }

interface Curve {
  readonly name: string
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
      points: lastOfEachStep(negativeStrength(attention, i, against)),
      window: stepsOf(window, steps),
    }
  })
}

const summary = (curves: readonly Curve[]): string =>
  curves
    .map(({ name, points }) => {
      const peak = points.reduce((best, point) => (point.ratio > best.ratio ? point : best), points[0])
      return `${name}: peaks at ${decimal(peak.ratio)} in step ${peak.step}, ends at ${decimal(points[points.length - 1].ratio)}`
    })
    .join('. ')

/** r_t of every negative over the run, growing as it is drawn; windows are shaded. */
export function StrengthChart({ picture }: { picture: Picture }) {
  const { attention, steps } = picture
  const [chosen, setChosen] = useState<number>()
  const words = wordsOf(attention, { role: 'positive' })
  if (words.length === 0) return null
  // r(i) of the article: the word whose map overlaps the negative's most; the user can say otherwise.
  const against = Math.min(chosen ?? relatedColumn(attention), words.length - 1)
  const curves = curvesOf(picture, against)
  if (!curves.some(({ points }) => points.length > 0)) return null
  const top = Math.max(1.2, ...curves.flatMap(({ points }) => points.map(({ ratio }) => ratio))) * 1.05
  const x = (step: number) => margin.left + (step / steps) * (width - margin.left - margin.right)
  const y = (value: number) => height - margin.bottom - (value / top) * (height - margin.top - margin.bottom)
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => Math.round(share * steps))
  const levels = Array.from({ length: Math.floor(top / (top > 3 ? 1 : 0.5)) + 1 }, (_, i) => i * (top > 3 ? 1 : 0.5))
  return (
    <div class="chart">
      <div class="row spread wrap">
        <h3>
          Strength r<sub>t</sub> of the negatives
        </h3>
        <label class="small">
          against{' '}
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
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`Strength over the steps. ${summary(curves.filter(({ points }) => points.length > 0))}`}
      >
        {curves.map(({ name, window: [from, to] }, i) =>
          from === 0 && to === steps ? null : (
            <rect
              key={name}
              class="chart-window"
              data-colour={i % 4}
              x={x(from)}
              width={x(to) - x(from)}
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
          <text class="chart-text" key={tick} x={x(tick)} y={height - 8} text-anchor="middle">
            {tick}
          </text>
        ))}
        {curves.map(({ name, points }, i) => (
          <polyline
            key={name}
            class="chart-line"
            data-colour={i % 4}
            points={points.map(({ step, ratio }) => `${x(step + 0.5).toFixed(1)},${y(ratio).toFixed(1)}`).join(' ')}
          />
        ))}
      </svg>
      <ul class="legend small">
        {curves.map(({ name }, i) => (
          <li key={name} data-colour={i % 4}>
            <span class="swatch" aria-hidden="true" />
            {name}
          </li>
        ))}
      </ul>
      <WindowSuggestions picture={picture} against={against} />
    </div>
  )
}

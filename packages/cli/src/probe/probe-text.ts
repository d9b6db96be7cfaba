import type { Window } from '@neg/core'
import type { TriedWindow } from '@neg/core/analysis'
import { table } from '../inventory/table'
import type { ProbeReport } from './probe-report'

const fixed = (value: number, digits: number): string => value.toFixed(digits)
const share = (progress: number): string => `${Math.round(100 * progress)} % of the run`

/** A window as `--negative-window` takes it, in whole steps; one over noise or timesteps as it is. */
export function windowText({ from, to, of }: Window, steps: number): string {
  if (of !== 'schedule') return `${from}-${to} of ${of}`
  // The steps in which it is open, as `isOpen` has them.
  const edge = (fraction: number) => `${Math.ceil(fraction * steps - 2 ** -30)}/${steps}`
  return `${edge(from)}-${edge(to)}`
}

/** `always on`, or the window. */
export const triedText = ({ name, window }: Pick<TriedWindow, 'name' | 'window'>, steps: number): string =>
  name === 'always' ? 'always on' : windowText(window, steps)

const whose = {
  attention: 'attention’s',
  article: 'ban2024',
  early: 'the first 0.4',
  recommended: 'the model’s own',
  always: 'no window',
} as const

/** What the pictures say. */
function choiceLines({ negative, choice, seenWithout, record }: ProbeReport): string[] {
  const { steps } = record.recipe
  const judged = choice.by === 'judge'
  const rows = [
    ['tried', 'whose', ...(judged ? [`P(${negative})`] : []), 'change', 'at its place', 'removes'],
    ...choice.tried.map((one) => [
      triedText(one, steps),
      whose[one.name],
      ...(judged ? [fixed(one.seen ?? 1, 2)] : []),
      fixed(one.distance, 3),
      fixed(one.atPlace, 3),
      one.removes ? 'yes' : 'no',
    ]),
  ]
  const basis = judged
    ? `the model's judge, which gives '${negative}' ${fixed(seenWithout ?? 0, 2)} without the negative`
    : `how the picture changes where '${negative}' is looked at: no judge knows it`
  return [`Drawn with and without, by ${basis}:`, '', table(rows), '', ...verdict(negative, choice, steps)]
}

function verdict(negative: string, { outcome, chosen }: ProbeReport['choice'], steps: number): string[] {
  if (outcome === 'nothing-to-remove')
    return [`No window is suggested: without the negative the picture does not show '${negative}'.`]
  if (!chosen) {
    return [
      `No window is suggested: '${negative}' stays with each of them. A greater --scale, a --negative-scale of its own or ` +
        'another --guidance may remove it.',
    ]
  }
  const text = windowText(chosen.window, steps)
  const option =
    chosen.name === 'always'
      ? 'Suggested: always on (--negative-window 0-1)'
      : `Suggested window: ${text}${chosen.window.of === 'schedule' ? ` (--negative-window ${text})` : ''}`
  return [`${option}. It removes '${negative}' with the least change.`]
}

/** The report for people. */
export function probeText(report: ProbeReport): string {
  const { word, against, related, points, peak, crossing, attention, record } = report
  const { steps } = record.recipe
  const rows = [
    ['step', 'call', 't', 'r_t', 'r_t (equal layers)', `‖${word}‖`, `‖${against}‖`, 'placed'],
    ...points.map((point) => [
      String(point.step),
      String(point.call),
      fixed(point.t, 0),
      fixed(point.ratio, 3),
      fixed(point.equal, 3),
      fixed(point.negative, 2),
      fixed(point.positive, 2),
      fixed(point.placed, 2),
    ]),
  ]
  const { window, opens, closes } = attention
  return [
    `r_t of '${word}' against '${against}' (overlap: ${related.map((one) => `${one.word} ${fixed(one.overlap, 2)}`).join(', ')})`,
    '',
    table(rows),
    '',
    ...(peak ? [`It peaks at ${fixed(peak.point.ratio, 2)} in step ${peak.point.step}, ${share(peak.progress)}.`] : []),
    crossing
      ? `It first reaches 1 in step ${crossing.point.step}, ${share(crossing.progress)}.`
      : 'It never reaches 1.',
    `Attention's window: ${windowText(window, steps)}`,
    opens
      ? `  it opens where attention to '${word}' is first at its place: step ${opens.step}, ${fixed(opens.correlation, 2)} like where it ends`
      : `  it opens at the start: attention to '${word}' never settles on a place`,
    `  it closes a sixth of the run after r_t made nine tenths of its way: step ${closes.step}, ${fixed(closes.ratio, 2)}`,
    '',
    ...choiceLines(report),
    '',
  ].join('\n')
}

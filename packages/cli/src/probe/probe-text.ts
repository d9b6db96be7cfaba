import { table } from '../inventory/table'
import type { ProbeReport } from './probe-report'

const fixed = (value: number, digits: number): string => value.toFixed(digits)
const share = (progress: number): string => `${Math.round(100 * progress)} % of the run`

/** A window as `--negative-window` takes it, in whole steps. */
export function windowText({ from, to }: { readonly from: number; readonly to: number }, steps: number): string {
  return `${Math.round(from * steps)}/${steps}-${Math.round(to * steps)}/${steps}`
}

/** The report for people. */
export function probeText(report: ProbeReport): string {
  const { word, against, related, points, peak, crossing, suggestion, record } = report
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
  const { window, opens, closes } = suggestion
  return [
    `r_t of '${word}' against '${against}' (overlap: ${related.map((one) => `${one.word} ${fixed(one.overlap, 2)}`).join(', ')})`,
    '',
    table(rows),
    '',
    ...(peak ? [`It peaks at ${fixed(peak.point.ratio, 2)} in step ${peak.point.step}, ${share(peak.progress)}.`] : []),
    crossing
      ? `It first reaches 1 in step ${crossing.point.step}, ${share(crossing.progress)}.`
      : 'It never reaches 1.',
    `Suggested window: ${windowText(window, steps)} (--negative-window ${windowText(window, steps)})`,
    opens
      ? `  it opens where attention to '${word}' is first at its place: step ${opens.step}, ${fixed(opens.correlation, 2)} like where it ends`
      : `  it opens at the start: attention to '${word}' never settles on a place`,
    `  it closes a sixth of the run after r_t made nine tenths of its way: step ${closes.step}, ${fixed(closes.ratio, 2)}`,
    '',
  ].join('\n')
}

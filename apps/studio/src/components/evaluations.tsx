import { seconds } from '../lib/format'
import type { Picture } from '../state/run'
import { say } from '../strings'

/** Network evaluations: run, saved, and run only to be watched. */
export function Evaluations({ picture: { evaluations, planned, milliseconds, record } }: { picture: Picture }) {
  const { run, elided, observed } = evaluations
  const plan =
    planned && (planned.min === planned.max ? say().of(`${planned.max}`) : say().of(`${planned.min} – ${planned.max}`))
  return (
    <dl class="figures">
      <div>
        <dt>{say().evaluationsRun}</dt>
        <dd>
          {run} {!record && plan && <span class="quiet">{plan}</span>}
        </dd>
      </div>
      <div>
        <dt>{say().saved}</dt>
        <dd>{elided}</dd>
      </div>
      {observed > 0 && (
        <div>
          <dt>{say().onlyWatched}</dt>
          <dd>{observed}</dd>
        </div>
      )}
      {milliseconds !== undefined && (
        <div>
          <dt>{say().time}</dt>
          <dd>{seconds(milliseconds)}</dd>
        </div>
      )}
      {record && (
        <div>
          <dt>{say().ranOn}</dt>
          <dd>
            {record.numerics.device}
            {record.numerics.threads > 1 && `, ${say().threads(record.numerics.threads)}`}
          </dd>
        </div>
      )}
    </dl>
  )
}

import { seconds } from '../lib/format'
import type { Picture } from '../state/run'

/** Network evaluations: run, saved, and run only to be watched. */
export function Evaluations({ picture: { evaluations, planned, milliseconds, record } }: { picture: Picture }) {
  const { run, elided, observed } = evaluations
  const plan = planned && (planned.min === planned.max ? `of ${planned.max}` : `of ${planned.min} to ${planned.max}`)
  return (
    <dl class="figures">
      <div>
        <dt>Evaluations run</dt>
        <dd>
          {run} {!record && plan && <span class="quiet">{plan}</span>}
        </dd>
      </div>
      <div>
        <dt>Saved</dt>
        <dd>{elided}</dd>
      </div>
      {observed > 0 && (
        <div>
          <dt>Only watched</dt>
          <dd>{observed}</dd>
        </div>
      )}
      {milliseconds !== undefined && (
        <div>
          <dt>Time</dt>
          <dd>{seconds(milliseconds)}</dd>
        </div>
      )}
      {record && (
        <div>
          <dt>Ran on</dt>
          <dd>
            {record.numerics.device}
            {record.numerics.threads > 1 && `, ${record.numerics.threads} threads`}
          </dd>
        </div>
      )}
    </dl>
  )
}

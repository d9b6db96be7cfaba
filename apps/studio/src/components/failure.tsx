import type { NegError } from '@neg/core'
import { failure } from '../state/run'
import { more, say } from '../strings'
import { Remedies } from './remedies'

/** What is wrong, in the page's own words; what came from elsewhere (a host, a server, a disk) in its words. */
export function Failure({ error }: { error: NegError }) {
  return (
    <div class="card notice notice-error" role="alert">
      <p>
        <strong class="code">{error.code}</strong> {more().errorText(error)}
      </p>
      <div class="row">
        <Remedies code={error.code} />
        <button
          type="button"
          class="button"
          onClick={() => {
            failure.value = undefined
          }}
        >
          {say().dismiss}
        </button>
      </div>
    </div>
  )
}

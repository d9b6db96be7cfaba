import { choice, choose, choosing } from '../state/model'
import { dismissLoaded, loaded } from '../state/open-picture'
import { failure, pictures, shown } from '../state/run'
import { deleteAll } from '../state/storage'
import { drawNow } from './app'

function BackToEmbedded() {
  return (
    <button
      type="button"
      class="button"
      onClick={async () => {
        failure.value = undefined
        await choose({ source: { kind: 'embedded' } })
      }}
    >
      Back to the embedded model
    </button>
  )
}

/** How the server's owner lets this page in: a browser does not tell a page why it may not read an answer. */
function HowToServe() {
  if (choice.value.source.kind !== 'server') return null
  return (
    <p class="small">
      For this page it is started with <code>neg serve --cors {location.origin}</code>.
    </p>
  )
}

/** What would help, by the error's code. */
function Remedies({ code }: { code: string }) {
  const again = (label: string) => (
    <button type="button" class="button" onClick={drawNow}>
      {label}
    </button>
  )
  switch (code) {
    case 'device-lost':
    case 'device-unavailable':
    case 'prediction-not-finite':
    case 'decode-not-finite':
      return (
        <>
          {again('Try again')}
          <button
            type="button"
            class="button"
            onClick={async () => {
              await choose({ device: 'wasm' })
              drawNow()
            }}
          >
            Use WebAssembly
          </button>
        </>
      )
    case 'storage-full':
      return (
        <>
          <button type="button" class="button" onClick={() => void deleteAll().then(drawNow)}>
            Delete stored models and try again
          </button>
          <button
            type="button"
            class="button"
            onClick={async () => {
              await choose({ cache: 'memory' })
              drawNow()
            }}
          >
            Go on without storing
          </button>
        </>
      )
    case 'download-corrupt':
    case 'download-failed':
    case 'download-offline':
    case 'worker-lost':
    case 'out-of-memory':
    case 'runtime-failed':
      return again('Try again')
    case 'remote-unreachable':
    case 'origin-forbidden':
    case 'host-forbidden':
      return (
        <>
          {again('Try again')}
          <BackToEmbedded />
          <HowToServe />
        </>
      )
    case 'remote-timeout':
    case 'remote-busy':
    case 'remote-failed':
    case 'remote-malformed':
    case 'remote-refused':
    case 'rate-limited':
    case 'queue-full':
    case 'queue-unavailable':
    case 'server-stopping':
    case 'job-missing':
    case 'job-canceled':
      return (
        <>
          {again('Try again')}
          <BackToEmbedded />
        </>
      )
    case 'unauthorized':
    case 'forbidden':
    case 'remote-unauthorized':
      return (
        <>
          <button
            type="button"
            class="button"
            onClick={() => {
              failure.value = undefined
              choosing.value = true
            }}
          >
            Give a token
          </button>
          <BackToEmbedded />
        </>
      )
    case 'download-not-found':
    case 'download-cross-origin':
    case 'download-unauthorized':
    case 'model-missing':
    case 'model-file-missing':
      return <BackToEmbedded />
    default:
      return null
  }
}

export function Notices() {
  const error = failure.value
  const warnings = pictures.value[shown.value]?.warnings ?? []
  return (
    <>
      {error && (
        <div class="card notice notice-error" role="alert">
          <p>
            <strong class="code">{error.code}</strong> {error.message}
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
              Dismiss
            </button>
          </div>
        </div>
      )}
      {loaded.value && (
        <div class="card notice" role="status">
          <p>{loaded.value}</p>
          <button type="button" class="button icon-button" aria-label="Dismiss" onClick={dismissLoaded}>
            <span aria-hidden="true">×</span>
          </button>
        </div>
      )}
      {warnings.map(({ code, message }) => (
        <div class="card notice notice-warning" key={code + message}>
          <p>{message}</p>
        </div>
      ))}
    </>
  )
}

import { edit } from '../state/draft'
import { choice, choose, look } from '../state/model'
import { drawNow } from '../state/queue'
import { fail, failure } from '../state/run'
import { deleteAll } from '../state/storage'
import { view } from '../state/views'
import { more, say } from '../strings'

function BackToEmbedded() {
  return (
    <button
      type="button"
      class="button"
      onClick={async () => {
        failure.value = undefined
        await choose({ source: { kind: 'embedded' } })
        await look().catch(fail)
      }}
    >
      {more().backToEmbedded}
    </button>
  )
}

/** How the server's owner lets this page in: a browser does not tell a page why it may not read an answer. */
function HowToServe() {
  if (choice.value.source.kind !== 'server') return null
  return (
    <p class="small">
      {more().startedWith} <code>neg serve --cors {location.origin}</code>
    </p>
  )
}

/** What would help, by an error's code. */
export function Remedies({ code }: { code: string }) {
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
          {again(more().tryAgain)}
          <button
            type="button"
            class="button"
            onClick={async () => {
              await choose({ device: 'wasm' })
              drawNow()
            }}
          >
            {more().useWasm}
          </button>
        </>
      )
    case 'storage-full':
      return (
        <>
          <button type="button" class="button" onClick={() => void deleteAll().then(drawNow)}>
            {more().deleteStored}
          </button>
          <button
            type="button"
            class="button"
            onClick={async () => {
              await choose({ cache: 'memory' })
              drawNow()
            }}
          >
            {more().withoutStoring}
          </button>
        </>
      )
    case 'download-corrupt':
    case 'download-failed':
    case 'download-offline':
    case 'worker-lost':
    case 'out-of-memory':
    case 'runtime-failed':
      return again(more().tryAgain)
    case 'remote-unreachable':
    case 'origin-forbidden':
    case 'host-forbidden':
      return (
        <>
          {again(more().tryAgain)}
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
          {again(more().tryAgain)}
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
              view.value = 'model'
            }}
          >
            {more().giveToken}
          </button>
          <BackToEmbedded />
        </>
      )
    case 'image-missing':
      return (
        <button type="button" class="button" onClick={() => edit({ image: undefined })}>
          {say().withoutPicture}
        </button>
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

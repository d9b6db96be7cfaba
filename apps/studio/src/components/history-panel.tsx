import { useEffect, useMemo, useState } from 'preact/hooks'
import { type Entry, forget, forgetAll, history } from '../state/history'
import { useRecord } from '../state/open-picture'
import { fail } from '../state/run'
import { OpenButton } from './picture-actions'

/** An address for a blob, as long as it is shown. */
function useBlobUrl(blob: Blob): string {
  const url = useMemo(() => URL.createObjectURL(blob), [blob])
  useEffect(() => () => URL.revokeObjectURL(url), [url])
  return url
}

function Thumb({ entry }: { entry: Entry }) {
  const url = useBlobUrl(entry.png)
  const { prompt, negatives, seed } = entry.record.recipe
  const against = negatives.map(({ text }) => text).filter((text) => text !== '')
  const title = `${prompt}${against.length > 0 ? ` − ${against.join(', ')}` : ''}, seed ${seed}`
  return (
    <li class="thumb">
      <button
        type="button"
        title={title}
        aria-label={`Load the recipe of: ${title}`}
        onClick={() => {
          try {
            useRecord(entry.record, 'this picture')
          } catch (error) {
            void fail(error)
          }
        }}
      >
        <img src={url} alt="" width="96" height="96" loading="lazy" />
      </button>
      <button
        type="button"
        class="thumb-delete"
        aria-label={`Delete: ${title}`}
        onClick={() => void forget(entry.id).catch(fail)}
      >
        <span aria-hidden="true">×</span>
      </button>
    </li>
  )
}

const page = 24

export function HistoryPanel() {
  const [all, setAll] = useState(false)
  const entries = history.value
  return (
    <section class="card history" aria-labelledby="history">
      <div class="row spread">
        <h2 id="history">History</h2>
        <div class="row">
          <OpenButton />
          {entries.length > 0 && (
            <button
              type="button"
              class="button"
              onClick={() => {
                if (confirm(`Delete all ${entries.length} pictures of the history?`)) void forgetAll().catch(fail)
              }}
            >
              Clear
            </button>
          )}
        </div>
      </div>
      {entries.length === 0 ? (
        <p class="quiet small">
          Pictures you draw are kept here, in this browser only. Drop one that neg wrote to load its recipe.
        </p>
      ) : (
        <ul class="thumbs">
          {(all ? entries : entries.slice(0, page)).map((entry) => (
            <Thumb key={entry.id} entry={entry} />
          ))}
        </ul>
      )}
      {!all && entries.length > page && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          Show all {entries.length}
        </button>
      )}
    </section>
  )
}

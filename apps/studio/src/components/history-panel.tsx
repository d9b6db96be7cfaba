import { useMemo, useState } from 'preact/hooks'
import { useBlobUrl } from '../lib/blob-url'
import { download } from '../lib/download'
import { find } from '../lib/find-entries'
import { type Entry, forgetAll, history, setFavourite } from '../state/history'
import { fail } from '../state/run'
import { look } from '../state/viewing'
import { say } from '../strings'
import { OpenButton } from './picture-actions'

/** What an entry is of, in a line. */
export function titleOf({ record: { recipe } }: Entry): string {
  const against = recipe.negatives.map(({ text }) => text).filter((text) => text !== '')
  const what = recipe.prompt || (recipe.image?.inversion ? say().photograph : '')
  return `${what}${against.length > 0 ? ` − ${against.join(', ')}` : ''}, ${say().seed} ${recipe.seed}`
}

function Thumb({ entry, ids }: { entry: Entry; ids: readonly number[] }) {
  const url = useBlobUrl(entry.png)
  const title = titleOf(entry)
  return (
    <li class="thumb">
      <button
        type="button"
        title={title}
        aria-label={say().lookAt(title)}
        draggable
        onDragStart={(event) => event.dataTransfer?.setData('text/neg-entry', String(entry.id))}
        onClick={() => look(ids, entry.id)}
      >
        <img src={url} alt="" width="96" height="96" loading="lazy" />
      </button>
      <button
        type="button"
        class="thumb-star"
        aria-pressed={entry.favourite === true}
        aria-label={say().favouriteOf(title)}
        onClick={() => void setFavourite(entry, !entry.favourite).catch(fail)}
      >
        <span aria-hidden="true">{entry.favourite ? '★' : '☆'}</span>
      </button>
    </li>
  )
}

const page = 48

export function HistoryPanel() {
  const [most, setMost] = useState(page)
  const [query, setQuery] = useState('')
  const [only, setOnly] = useState(false)
  const all = history.value
  const found = useMemo(() => find(all, query, only), [all, query, only])
  const ids = found.map(({ id }) => id)
  const save = async () => {
    const { packHistory } = await import('../state/history-file')
    download(await packHistory(found), 'neg-history.zip')
  }
  return (
    <section class="card history" aria-labelledby="history">
      <div class="row spread wrap">
        <h2 id="history">{say().history}</h2>
        <OpenButton />
      </div>
      {all.length === 0 ? (
        <p class="quiet small">{say().historyEmpty}</p>
      ) : (
        <>
          <div class="row">
            <input
              id="find"
              class="input"
              type="search"
              aria-label={say().findInHistory}
              placeholder={say().findInHistory}
              value={query}
              onInput={(event) => setQuery(event.currentTarget.value)}
            />
            <button
              type="button"
              class="button icon-button"
              aria-pressed={only}
              aria-label={say().onlyFavourites}
              title={say().onlyFavourites}
              onClick={() => setOnly(!only)}
            >
              <span aria-hidden="true">{only ? '★' : '☆'}</span>
            </button>
          </div>
          {found.length === 0 && <p class="quiet small">{say().nothingFound}</p>}
          <ul class="thumbs">
            {found.slice(0, most).map((entry) => (
              <Thumb key={entry.id} entry={entry} ids={ids} />
            ))}
          </ul>
        </>
      )}
      <div class="row wrap">
        {found.length > most && (
          <button type="button" class="link" onClick={() => setMost(most + 4 * page)}>
            {say().showMore(found.length - most)}
          </button>
        )}
        {found.length > 0 && (
          <button type="button" class="button button-small" onClick={() => void save().catch(fail)}>
            {say().exportPictures(found.length)}
          </button>
        )}
        <label class="button button-small file">
          {say().importPictures}
          <input
            type="file"
            accept=".zip,application/zip"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? []
              if (file) {
                void import('../state/history-file').then(({ unpackHistory }) => unpackHistory(file)).catch(fail)
              }
              currentTarget.value = ''
            }}
          />
        </label>
        {all.some(({ favourite }) => !favourite) && (
          <button
            type="button"
            class="button button-small"
            onClick={() => {
              const count = all.filter(({ favourite }) => !favourite).length
              if (confirm(say().deleteAllOf(count))) void forgetAll().catch(fail)
            }}
          >
            {say().clear}
          </button>
        )}
      </div>
    </section>
  )
}

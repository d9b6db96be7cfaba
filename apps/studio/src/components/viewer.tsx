import type { Pixels, RecipeInput } from '@neg/core'
import { pictureDistance } from '@neg/core/analysis'
import { readImage } from '@neg/web'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { useBlobUrl } from '../lib/blob-url'
import { difference } from '../lib/difference'
import { download } from '../lib/download'
import { fileName } from '../lib/file-name'
import { usePassing } from '../lib/passing'
import { useInput } from '../lib/use-input'
import { useSight } from '../lib/zoom'
import { type Entry, forget, history, setFavourite } from '../state/history'
import { useRecord } from '../state/loaded'
import { drawAll } from '../state/queue'
import { fail, pictures, shown } from '../state/run'
import { copyPicture, copyRecipe, share } from '../state/share'
import { entryOf, type Sight, sight, sights, turn, viewed, viewing } from '../state/viewing'
import { close } from '../state/views'
import { more, say } from '../strings'
import { Canvas } from './canvas'
import { Dialog } from './dialog'
import { titleOf } from './history-panel'
import { RecipeFacts } from './recipe-facts'

/** A picture beside another: one of the history, or what it began with. */
interface Seen {
  readonly png: Blob
  readonly title: string
  /** Of the history. */
  readonly entry?: Entry
}

const seen = (entry: Entry | undefined): Seen | undefined => entry && { png: entry.png, title: titleOf(entry), entry }

/** Pixels of a kept picture. */
function usePixels({ png }: Pick<Seen, 'png'>): Pixels | undefined {
  const [pixels, setPixels] = useState<{ of: Blob; image: Pixels }>()
  useEffect(() => {
    let wanted = true
    readImage(png).then((image) => wanted && setPixels({ of: png, image }), fail)
    return () => {
      wanted = false
    }
  }, [png])
  return pixels?.of === png ? pixels.image : undefined
}

function Difference({ a, b }: { a: Seen; b: Seen }) {
  const [one, other] = [usePixels(a), usePixels(b)]
  const same = one && other && one.width === other.width && one.height === other.height
  const image = useMemo(() => (same ? difference(other, one) : undefined), [same, one, other])
  if (!one || !other) return null
  if (!image) return <p class="viewer-said">{more().sizesDiffer}</p>
  return (
    <>
      <Canvas image={image} label={more().differenceOf} class="viewer-picture" />
      <p class="viewer-said">{more().distance(pictureDistance(one, other).toFixed(3))}</p>
    </>
  )
}

function Img({ of, class: name = '', style }: { of: Seen; class?: string; style?: Record<string, string> }) {
  return <img class={`viewer-picture ${name}`} style={style} src={useBlobUrl(of.png)} alt={of.title} />
}

/** The picture, alone or against another, as near as wanted. */
function Sights({ one, other, mode }: { one: Seen; other: Seen | undefined; mode: Sight }) {
  const { sight, act, handlers } = useSight()
  const [at, setAt] = useState(50)
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey) return
      if ((event.target as HTMLElement).matches('input:not([type="range"]), select')) return
      if (event.key === '+' || event.key === '=') act.nearer()
      else if (event.key === '-') act.farther()
      else if (event.key === '0') act.whole()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  const zoom = `${Math.round(100 * sight.scale)} %`
  const moved = { transform: `translate(${sight.x}px, ${sight.y}px) scale(${sight.scale})` }
  return (
    <div class="viewer-frame" {...handlers}>
      <div class={`viewer-moved ${sight.scale > 2 ? 'viewer-near' : ''}`} style={moved}>
        {mode === 'difference' && other ? <Difference a={one} b={other} /> : <Img of={one} />}
        {mode === 'slider' && other && (
          <Img of={other} class="viewer-over" style={{ clipPath: `inset(0 ${100 - at}% 0 0)` }} />
        )}
      </div>
      {mode === 'slider' && other && (
        <input
          class="viewer-slider"
          type="range"
          aria-label={more().sliderBetween}
          min={0}
          max={100}
          value={at}
          onInput={(event) => setAt(Number(event.currentTarget.value))}
        />
      )}
      <div class="viewer-zoom">
        <button type="button" class="button icon-button" aria-label={more().farther} onClick={act.farther}>
          <span aria-hidden="true">−</span>
        </button>
        <button type="button" class="button number" aria-label={`${zoom}: ${more().wholePicture}`} onClick={act.whole}>
          {zoom}
        </button>
        <button type="button" class="button icon-button" aria-label={more().nearer} onClick={act.nearer}>
          <span aria-hidden="true">+</span>
        </button>
      </div>
    </div>
  )
}

/** The next in the list, else the one before; none is left: the page again. */
async function remove(entry: Entry): Promise<void> {
  const ids = viewing.value.ids.filter((id) => id !== entry.id)
  await forget(entry.id)
  if (ids.length === 0) close()
  else viewing.value = { ids, at: Math.min(viewing.value.at, ids.length - 1) }
}

function Actions({ entry }: { entry: Entry }) {
  const [said, tell] = usePassing()
  const recipe = entry.record.recipe as unknown as RecipeInput
  const attempt = (work: Promise<string>) => void work.then(tell).catch(fail)
  const act = (label: string, onClick: () => void) => (
    <button type="button" class="button" onClick={onClick}>
      {label}
    </button>
  )
  return (
    <div class="row wrap">
      {act(more().useRecipe, () => {
        try {
          useRecord(entry.record, more().thisPicture)
          close()
        } catch (error) {
          void fail(error)
        }
      })}
      {act(more().drawAgain, () => {
        close()
        void drawAll([{ label: say().picture, recipe }])
      })}
      <button
        type="button"
        class="button"
        aria-pressed={entry.favourite === true}
        onClick={() => void setFavourite(entry, !entry.favourite).catch(fail)}
      >
        {entry.favourite ? '★' : '☆'} {more().favourite}
      </button>
      {act(say().downloadPng, () => download(entry.png, fileName(entry.record.recipe)))}
      {act(say().beginWithThis, () => {
        close()
        void import('../state/begin-with').then(({ beginWith }) => beginWith(entry.png)).catch(fail)
      })}
      {act(say().copyPicture, () => attempt(copyPicture(entry.png)))}
      {act(more().copyRecipe, () => attempt(copyRecipe(recipe)))}
      {act(say().shareLink, () => attempt(share(recipe)))}
      {act(more().delete, () => void remove(entry).catch(fail))}
      <span class="small quiet" role="status">
        {said}
      </span>
    </div>
  )
}

/** A kept picture, large: with its recipe, against another, and what can be done with it. */
export function Viewer() {
  const entry = viewed.value
  const mode = sight.value
  const [against, setAgainst] = useState<number | 'start'>()
  const start = useInput(entry?.record.recipe.image?.sha256)
  const { ids, at } = viewing.value
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return
      const at = event.target as HTMLElement
      // The slider has a use for arrows alone.
      if (at.matches('input:not([type="range"]), select') || (at.matches('input') && /^Arrow/.test(event.key))) return
      const now = viewed.value
      if (event.key === 'ArrowLeft') turn(-1)
      else if (event.key === 'ArrowRight') turn(1)
      else if (event.key === 'f' && now) void setFavourite(now, !now.favourite).catch(fail)
      else if (event.key === 'Delete' && now) void remove(now).catch(fail)
      else if (event.key === '1' || event.key === '2' || event.key === '3') sight.value = sights[Number(event.key) - 1]
      else return
      event.preventDefault()
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [])
  if (!entry) return null
  const current = pictures.value[shown.value]?.entry?.id
  const beside = current !== entry.id && entryOf(current) ? current : ids[at === 0 ? 1 : at - 1]
  const chosen = against ?? (start ? 'start' : beside)
  const began: Seen | undefined = start ? { png: start, title: more().beganWith } : undefined
  const other = chosen === 'start' ? began : seen(entryOf(chosen))
  return (
    <Dialog title={titleOf(entry)} wide>
      <div class="viewer">
        <Sights
          key={entry.id}
          one={seen(entry)!}
          other={other?.entry?.id === entry.id ? undefined : other}
          mode={mode}
        />
        <div class="viewer-side">
          <div class="row spread">
            <button type="button" class="button" disabled={at === 0} onClick={() => turn(-1)}>
              <span aria-hidden="true">←</span> {more().before}
            </button>
            <span class="small number">
              {at + 1} / {ids.length}
            </span>
            <button type="button" class="button" disabled={at >= ids.length - 1} onClick={() => turn(1)}>
              {more().after} <span aria-hidden="true">→</span>
            </button>
          </div>
          <fieldset class="row wrap" aria-label={more().howToLook}>
            {sights.map((one) => (
              <button
                key={one}
                type="button"
                class="button button-small"
                aria-pressed={mode === one}
                disabled={one !== 'one' && !other}
                onClick={() => (sight.value = one)}
              >
                {more().modes[one]}
              </button>
            ))}
          </fieldset>
          {mode !== 'one' && (
            <label class="field small">
              {more().against}
              <select
                class="input"
                value={chosen}
                onChange={({ currentTarget: { value } }) => setAgainst(value === 'start' ? value : Number(value))}
              >
                {start && <option value="start">{more().beganWith}</option>}
                {history.value
                  .filter(({ id }) => id !== entry.id)
                  .map((one) => (
                    <option key={one.id} value={one.id}>
                      {one.id === current ? `${more().currentPicture}: ` : ''}
                      {titleOf(one)}
                    </option>
                  ))}
              </select>
            </label>
          )}
          <Actions entry={entry} />
          <RecipeFacts entry={entry} other={mode === 'one' ? undefined : other?.entry} />
        </div>
      </div>
    </Dialog>
  )
}

import type { Pixels } from '@neg/core'
import { useMemo } from 'preact/hooks'
import { wordsOf } from '../lib/attention'
import { heatPixels, maskTint } from '../lib/heat'
import { lazy } from '../lib/lazy'
import { isEdit, specsOf } from '../lib/spec'
import { chosen, colourName, heats, isChosen, toggle, type Word } from '../state/chosen-words'
import { layout } from '../state/queue'
import { type Picture, pictures, showFound, shown } from '../state/run'
import { say } from '../strings'
import { Canvas } from './canvas'
import { Evaluations } from './evaluations'
import { PictureActions } from './picture-actions'

const StrengthChart = lazy(async () => (await import('./strength-chart')).StrengthChart)
const WindowTrial = lazy(async () => (await import('./window-suggestions')).WindowTrial)
const PlotGrid = lazy(async () => (await import('./plot-grid')).PlotGrid)

function WordButton({ picture, word, text }: { picture: Picture; word: Word; text: string }) {
  return (
    <button
      type="button"
      class={`word word-${word.role}`}
      style={{ '--own': `var(--${colourName(picture, word)})` }}
      aria-pressed={isChosen(word)}
      onClick={() => toggle(word)}
    >
      {text}
    </button>
  )
}

/** The words of the shown picture's prompts: any number lights up where they are looked at. */
function Words({ picture }: { picture: Picture }) {
  const prompts = [
    { role: 'positive', index: 0 } as const,
    ...specsOf(picture.recipe).map((_, index) => ({ role: 'negative', index }) as const),
  ]
  const all = prompts.flatMap((prompt) =>
    wordsOf(picture.attention, prompt).map(({ text }, word) => ({ text, word: { ...prompt, word } })),
  )
  if (all.length === 0) return null
  return (
    <div class="words">
      <p class="small quiet">{say().whereLookedAt}</p>
      <div class="row wrap">
        {all.map(({ text, word }) => (
          <WordButton key={JSON.stringify(word)} picture={picture} word={word} text={text} />
        ))}
      </div>
    </div>
  )
}

function describe({ recipe, done, step, steps, photo }: Picture): string {
  if (photo) return say().photograph
  const against = specsOf(recipe).map(({ text }) => text)
  const said = isEdit(recipe) ? say().editOf(recipe.prompt, against) : say().pictureOf(recipe.prompt, against)
  return said + (done ? '' : `, ${say().stepOfShort(step, steps)}`)
}

/** Where in a finished picture what attention saw lies: all of it, or the part that was drawn. */
function seenPlace({ recipe, image }: Picture): Record<string, string> | undefined {
  const region = recipe.image?.region
  if (!region || !image) return undefined
  const share = (pixels: number, of: number) => `${(100 * pixels) / of}%`
  return {
    position: 'absolute',
    left: share(region.x, image.width),
    top: share(region.y, image.height),
    width: share(region.width, image.width),
    height: share(region.height, image.height),
  }
}

/** Where a picture may change, as a run found it. */
function Found({ mask }: { mask: Pixels }) {
  const tinted = useMemo(() => maskTint(mask), [mask])
  return <Canvas image={tinted} class="heat found" />
}

function Frame({ picture, lit }: { picture: Picture; lit: boolean }) {
  // What is to come of a photograph has its size.
  const photo = pictures.value.find((one) => one.photo)
  const { width, height } = picture.image ?? photo?.image ?? { width: 1, height: 1 }
  return (
    <div class="frame" style={{ aspectRatio: `${width} / ${height}` }}>
      {picture.image ? (
        <Canvas image={picture.image} label={describe(picture)} class="picture" />
      ) : (
        <div class="waiting" aria-hidden={!picture.failed}>
          {picture.failed && <code class="code">{picture.failed}</code>}
        </div>
      )}
      {lit && picture.image && heats.value.length > 0 && (picture.done || !picture.recipe.image?.region) && (
        <Canvas image={heatPixels(heats.value)} class="heat" style={seenPlace(picture)} />
      )}
      {lit && picture.found && showFound.value && <Found mask={picture.found} />}
    </div>
  )
}

/** Pictures side by side; where the page is narrow, one to swipe to after another. */
function Frames({ all }: { all: readonly Picture[] }) {
  return (
    <div class={`frames ${all.length > 1 ? 'frames-many' : ''}`}>
      {all.map((one, i) => (
        <figure key={`${i} ${one.label}`} class={i === shown.value ? 'shown' : ''}>
          <Frame picture={one} lit={i === shown.value} />
          {all.length > 1 && (
            <figcaption>
              <button
                type="button"
                class="link"
                aria-pressed={i === shown.value}
                onClick={() => {
                  shown.value = i
                  chosen.value = []
                }}
              >
                {one.label}
              </button>
            </figcaption>
          )}
        </figure>
      ))}
    </div>
  )
}

/** The pictures that are drawn, or were: what is shown of the chosen one below them. */
export function Pictures() {
  const all = pictures.value
  const picture = all[shown.value]
  if (!picture) return null
  return (
    <section class="card stage" aria-label={say().pictureRegion}>
      {layout.value ? <PlotGrid pictures={all} layout={layout.value} /> : <Frames all={all} />}
      <PictureActions picture={picture} />
      {picture.found && (
        <label class="check small">
          <input
            type="checkbox"
            checked={showFound.value}
            onChange={(event) => {
              showFound.value = event.currentTarget.checked
            }}
          />
          <span>{say().showFound}</span>
        </label>
      )}
      <Words picture={picture} />
      {picture.done && <WindowTrial steps={picture.steps} />}
      {picture.attention.length > 0 && <StrengthChart picture={picture} />}
      {!picture.photo && <Evaluations picture={picture} />}
      {picture.warnings.length > 0 && (
        <details class="more small">
          <summary>{say().notes(picture.warnings.length)}</summary>
          {picture.warnings.map(({ code, message }) => (
            <p key={code + message}>{message}</p>
          ))}
        </details>
      )}
    </section>
  )
}

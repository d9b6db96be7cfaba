import { wordsOf } from '../lib/attention'
import { heatPixels } from '../lib/heat'
import { lazy } from '../lib/lazy'
import { specsOf } from '../lib/spec'
import { chosen, colourName, heats, isChosen, toggle, type Word } from '../state/chosen-words'
import { layout } from '../state/queue'
import { type Picture, pictures, shown } from '../state/run'
import { lookAtShown } from '../state/viewing'
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

export function describe({ recipe, done, step, steps }: Picture): string {
  const against = specsOf(recipe).map(({ text }) => text)
  return say().pictureOf(recipe.prompt, against) + (done ? '' : `, ${say().stepOfShort(step, steps)}`)
}

function Frame({ picture, lit }: { picture: Picture; lit: boolean }) {
  const { width, height } = picture.image ?? { width: 1, height: 1 }
  return (
    <div class="frame" style={{ aspectRatio: `${width} / ${height}` }}>
      {picture.image ? (
        <Canvas image={picture.image} label={describe(picture)} class="picture" />
      ) : (
        <div class="waiting" aria-hidden="true" />
      )}
      {lit && picture.image && heats.value.length > 0 && <Canvas image={heatPixels(heats.value)} class="heat" />}
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

export function Stage() {
  const all = pictures.value
  const picture = all[shown.value]
  if (!picture) {
    return (
      <section class="card stage empty" aria-label={say().pictureRegion}>
        <div class="frame">
          <p class="quiet">{say().sayAndDraw}</p>
        </div>
      </section>
    )
  }
  return (
    <section class="card stage" aria-label={say().pictureRegion}>
      {layout.value ? <PlotGrid pictures={all} layout={layout.value} /> : <Frames all={all} />}
      <PictureActions picture={picture} onLook={lookAtShown} />
      <Words picture={picture} />
      {picture.done && <WindowTrial steps={picture.steps} />}
      {picture.attention.length > 0 && <StrengthChart picture={picture} />}
      <Evaluations picture={picture} />
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

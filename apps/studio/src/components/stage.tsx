import type { CapturedTokens } from '@neg/core'
import { samplesOf } from '@neg/core/analysis'
import { useState } from 'preact/hooks'
import { wordsOf } from '../lib/attention'
import { heatOf, heatPixels } from '../lib/heat'
import { type Picture, pictures, shown } from '../state/run'
import { Canvas } from './canvas'
import { Evaluations } from './evaluations'
import { PictureActions } from './picture-actions'
import { StrengthChart } from './strength-chart'
import { WindowTrial } from './window-suggestions'

/** A word that was clicked, of one prompt. */
interface Chosen {
  readonly role: 'positive' | 'negative'
  readonly index: number
  readonly word: number
}

const same = (a: Chosen | undefined, b: Chosen) => a?.role === b.role && a.index === b.index && a.word === b.word

function Words({
  words,
  of: role,
  index,
  chosen,
  onChoose,
}: {
  words: readonly CapturedTokens[]
  of: Chosen['role']
  index: number
  chosen: Chosen | undefined
  onChoose(next: Chosen | undefined): void
}) {
  return (
    <>
      {words.map(({ text }, i) => {
        const own = { role, index, word: i }
        const on = same(chosen, own)
        return (
          <button
            key={i}
            type="button"
            class={`word word-${role}`}
            aria-pressed={on}
            onClick={() => onChoose(on ? undefined : own)}
          >
            {text}
          </button>
        )
      })}
    </>
  )
}

function describe({ recipe, done, step, steps }: Picture): string {
  const against = (recipe.negatives ?? []).map((n) => (typeof n === 'string' ? n : n.text))
  const state = done ? '' : `, step ${step} of ${steps}`
  return `Picture of “${recipe.prompt}”${against.length > 0 ? ` without ${against.join(', ')}` : ''}${state}`
}

function Frame({ picture, chosen }: { picture: Picture; chosen: Chosen | undefined }) {
  const heat = chosen && heatOf(samplesOf(picture.attention, chosen), chosen.word)
  return (
    <div class="frame">
      {picture.image ? (
        <Canvas image={picture.image} label={describe(picture)} class="picture" />
      ) : (
        <div class="waiting" aria-hidden="true" />
      )}
      {heat && picture.image && <Canvas image={heatPixels(heat)} class="heat" />}
    </div>
  )
}

export function Stage() {
  const [chosen, setChosen] = useState<Chosen>()
  const all = pictures.value
  const picture = all[shown.value]
  if (!picture) {
    return (
      <section class="card stage empty" aria-label="Picture">
        <div class="frame">
          <p class="quiet">Say what the picture should be and press Draw.</p>
        </div>
      </section>
    )
  }
  const positive = wordsOf(picture.attention, { role: 'positive' })
  return (
    <section class="card stage" aria-label="Picture">
      <div class={`frames ${all.length > 1 ? 'frames-many' : ''}`}>
        {all.map((one, i) => (
          <figure key={one.label} class={i === shown.value ? 'shown' : ''}>
            <Frame picture={one} chosen={i === shown.value ? chosen : undefined} />
            {all.length > 1 && (
              <figcaption>
                <button
                  type="button"
                  class="link"
                  aria-pressed={i === shown.value}
                  onClick={() => {
                    shown.value = i
                    setChosen(undefined)
                  }}
                >
                  {one.label}
                </button>
              </figcaption>
            )}
          </figure>
        ))}
      </div>
      <PictureActions picture={picture} />
      {positive.length > 0 && (
        <div class="words">
          <p class="small quiet">Where a word is looked at: choose one.</p>
          <div class="row wrap">
            <Words words={positive} of="positive" index={0} chosen={chosen} onChoose={setChosen} />
            {(picture.recipe.negatives ?? []).map((_, index) => (
              <Words
                key={index}
                words={wordsOf(picture.attention, { role: 'negative', index })}
                of="negative"
                index={index}
                chosen={chosen}
                onChoose={setChosen}
              />
            ))}
          </div>
        </div>
      )}
      <WindowTrial steps={picture.steps} />
      <StrengthChart picture={picture} />
      <Evaluations picture={picture} />
    </section>
  )
}

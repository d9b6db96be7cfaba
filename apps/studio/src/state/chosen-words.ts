import { samplesOf } from '@neg/core/analysis'
import { computed, signal } from '@preact/signals'
import { type Heat, heatOf, type Rgb, rgbOf } from '../lib/heat'
import { specsOf } from '../lib/spec'
import { colourOf, colours } from './draft'
import { type Picture, pictures, shown } from './run'
import { theme } from './theme'

/** A word of one prompt of the shown picture. */
export interface Word {
  readonly role: 'positive' | 'negative'
  readonly index: number
  readonly word: number
}

/** Words whose place is shown over the picture. */
export const chosen = signal<readonly Word[]>([])

const same = (a: Word, b: Word) => a.role === b.role && a.index === b.index && a.word === b.word

export const isChosen = (word: Word): boolean => chosen.value.some((other) => same(other, word))

export const toggle = (word: Word): void => {
  chosen.value = isChosen(word) ? chosen.value.filter((other) => !same(other, word)) : [...chosen.value, word]
}

/** A word's colour by name: a negative's is its negative's, the prompt's words have one each. */
export const colourName = ({ recipe }: Pick<Picture, 'recipe'>, { role, index, word }: Word): string =>
  role === 'negative' ? `n${colourOf(specsOf(recipe)[index]?.text ?? '', index)}` : `p${word % colours}`

const rgb = (name: string): Rgb => rgbOf(getComputedStyle(document.documentElement).getPropertyValue(`--${name}`))

/** Where the chosen words are looked at in the shown picture, each in its colour. */
export const heats = computed<{ heat: Heat; colour: Rgb }[]>(() => {
  theme.value // colours are the theme's
  const picture = pictures.value[shown.value]
  if (!picture) return []
  return chosen.value.flatMap((word) => {
    const heat = heatOf(samplesOf(picture.attention, word), word.word)
    return heat ? [{ heat, colour: rgb(colourName(picture, word)) }] : []
  })
})

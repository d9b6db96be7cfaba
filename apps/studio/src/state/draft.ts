import {
  type GuidanceSpec,
  type RecipeInput,
  type SchedulerSpec,
  type Window,
  type WindowInput,
  windowPresets,
} from '@neg/core'
import { resolveGuidance } from '@neg/core/guidance'
import { isForNag } from '@neg/core/internal'
import { computed, signal } from '@preact/signals'
import { isEdit, withNegatives } from '../lib/spec'
import { defaults } from './defaults'
import { model } from './model'

/** A negative as the page edits it. */
export interface NegativeDraft {
  readonly id: number
  /** Which of the page's colours it has, in its row, its words and its curve. */
  readonly colour: number
  readonly text: string
  /** Its own s⁻; absent: `defaultStrength`. */
  readonly scale?: number
  /** Absent: `defaultWindow`. */
  readonly window?: Window
  /** What a loaded recipe says beyond these. */
  readonly rest?: Readonly<Record<string, unknown>>
}

/** What becomes of the seed when the next picture is asked for. */
export type SeedMove = 'keep' | 'next' | 'random'

/** A recipe as the page edits it. */
export interface Draft {
  readonly prompt: string
  readonly negatives: readonly NegativeDraft[]
  /** Absent: the model's own. */
  readonly guidance?: GuidanceSpec
  /** Absent: the model's own. */
  readonly scheduler?: SchedulerSpec
  /** Absent: the model's own. */
  readonly scale?: number
  /** Absent: the model's own. */
  readonly steps?: number
  /** Pixels; absent: the model's own. */
  readonly width?: number
  readonly height?: number
  /** The picture that is begun from, by its file's SHA-256. */
  readonly image?: NonNullable<RecipeInput['image']>
  readonly seed: string
  readonly seedMove: SeedMove
  /** Fields of a loaded recipe that the page has no control for; they are kept and shown. */
  readonly rest: Readonly<Partial<RecipeInput>>
}

/** The colours there are: as many as `tokens.css` has. */
export const colours = 6

let ids = 0

/** A negative with a colour that none of the others has, where there is one. */
export function newNegative(text: string, others: readonly Pick<NegativeDraft, 'colour'>[] = []): NegativeDraft {
  const taken = others.map(({ colour }) => colour)
  const free = Array.from({ length: colours }, (_, i) => i).find((i) => !taken.includes(i))
  return { id: ++ids, colour: free ?? others.length % colours, text }
}

/** Negatives one after another, each in a colour of its own. */
function coloured<T>(items: readonly T[], make: (item: T, before: readonly NegativeDraft[]) => NegativeDraft) {
  const made: NegativeDraft[] = []
  for (const item of items) made.push(make(item, made))
  return made
}

export const draft = signal<Draft>({
  prompt: 'a professional office woman',
  negatives: [],
  seed: '1',
  seedMove: 'keep',
  rest: {},
})

export const edit = (change: Partial<Draft>): void => {
  draft.value = { ...draft.value, ...change }
}

/** Fields that a loaded recipe says in a form without a control: whoever turns the control means the control. */
const without = (...names: readonly (keyof RecipeInput)[]): Partial<RecipeInput> =>
  Object.fromEntries(Object.entries(draft.value.rest).filter(([key]) => !(names as readonly string[]).includes(key)))

export const editScale = (scale: number | undefined): void => edit({ scale, rest: without('scale') })

export const editSteps = (steps: number | undefined): void => edit({ steps, rest: without('timesteps', 'sigmas') })

export const editNegative = (id: number, change: Partial<NegativeDraft>): void =>
  edit({
    negatives: draft.value.negatives.map((negative) => (negative.id === id ? { ...negative, ...change } : negative)),
  })

export const addNegative = (text = ''): void =>
  edit({ negatives: [...draft.value.negatives, newNegative(text, draft.value.negatives)] })

/** Takes a negative out. What the others had by being so many they keep as their own, so that none of them changes. */
export function removeNegative(id: number): void {
  const before = defaultStrength.value
  edit({ negatives: draft.value.negatives.filter((other) => other.id !== id) })
  const after = defaultStrength.value
  if (after === before) return
  edit({
    negatives: draft.value.negatives.map((negative) =>
      negative.scale === undefined && !('scale' in (negative.rest ?? {})) && negative.text.trim() !== ''
        ? { ...negative, scale: before }
        : negative,
    ),
  })
}

/** Negatives that say something; an empty field is none. */
export const negatives = computed(() => draft.value.negatives.filter(({ text }) => text.trim() !== ''))

/** The colour of a negative of a picture: that of the page's own of the same text, else by its place. */
export const colourOf = (text: string, index: number): number =>
  draft.value.negatives.find((negative) => negative.text === text)?.colour ?? index % colours

/** Whether something is taken out of a picture. */
export const editing = computed(() => isEdit(draft.value))

/** Whether an edit that names no guidance is drawn by `nag`: known once a model is open. As core's `edit` fills it in. */
const byNag = computed(
  () =>
    editing.value &&
    model.value?.provides.has('attention.edit:nag') === true &&
    isForNag(toRecipe(draft.value).negatives ?? []),
)

/** What is drawn with: what the draft says, else the model's own. */
export const settings = computed(() => {
  const { guidance, scale, steps, width, height } = draft.value
  const own = defaults.value
  return {
    guidance: guidance ?? (byNag.value ? { name: 'nag' } : (own.guidance as GuidanceSpec)),
    scale: scale ?? own.scale,
    steps: steps ?? own.steps,
    width: width ?? own.width,
    height: height ?? own.height,
  }
})

/** The window of a negative that has none; absent: always. As core fills it in. */
export const defaultWindow = computed(() =>
  draft.value.guidance || draft.value.image ? undefined : defaults.value.window,
)

/** A window of the whole run, said only where leaving it out would mean another. */
export const alwaysOn = (): Window | undefined => (defaultWindow.value ? { from: 0, to: 1, of: 'schedule' } : undefined)

/** Whether the guidance keeps negatives apart, so that none weakens another. One that only a server has is taken to share. */
const separate = computed(() => {
  try {
    return resolveGuidance(settings.value.guidance).guidance.separate === true
  } catch {
    return false
  }
})

/** The s⁻ that a negative without its own has. */
export const defaultStrength = computed(
  () => (settings.value.scale - 1) / (separate.value ? 1 : Math.max(1, negatives.value.length)),
)

/** Only what is there. */
const some = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>

/** The draft as a recipe. */
export function toRecipe(from: Draft): RecipeInput {
  const { prompt, guidance, scheduler, scale, steps, width, height, image, seed, rest } = from
  const against = from.negatives
    .filter(({ text }) => text.trim() !== '')
    .map(({ text, scale, window, rest = {} }) => ({ ...rest, text, ...some({ scale, window }) }))
  return {
    prompt,
    ...withNegatives(image ? { image } : {}, against),
    ...(guidance ? { guidance: guidance as RecipeInput['guidance'] } : {}),
    ...(scheduler ? { scheduler: { name: scheduler.name, config: { ...scheduler.config } } } : {}),
    ...some({ scale, steps, width, height }),
    seed,
    ...rest,
  }
}

/** A recipe's window, which may be a preset's name; none for one of any shape, a curve, which has no two ends. */
export function windowOf(window: WindowInput): Window | undefined {
  if (typeof window === 'string') return windowPresets[window]
  return 'curve' in window ? undefined : { of: 'schedule', ...window }
}

type NegativeOf = NonNullable<RecipeInput['negatives']>[number]

function negativeFrom(negative: NegativeOf, before: readonly NegativeDraft[]): NegativeDraft {
  if (typeof negative === 'string') return newNegative(negative, before)
  const { text, scale, window, ...more } = negative
  const ends = window && windowOf(window)
  const others = Object.entries({
    ...more,
    ...(typeof scale === 'object' ? { scale } : {}),
    ...(window && !ends ? { window } : {}),
  })
  const kept = others.filter(([key, value]) => !(key === 'outside' && value === 0))
  return {
    ...newNegative(text, before),
    ...(typeof scale === 'number' ? { scale } : {}),
    ...(ends ? { window: ends } : {}),
    ...(kept.length > 0 ? { rest: Object.fromEntries(kept) } : {}),
  }
}

/** A recipe for the page. What it has no control for is kept in `rest`. */
export function fromRecipe(recipe: RecipeInput): Draft {
  const { prompt, negatives = [], guidance, scheduler, scale, steps, seed, format: _format, ...more } = recipe
  const { width, height, image, ...rest } = more
  const usual: Record<string, unknown> = {
    roles: {},
    null: 'empty-text',
    generator: 'cpu',
    syntax: 'plain',
    longPrompts: 'truncate',
  }
  const told = Object.entries(rest).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(usual[key]))
  const own = defaults.value
  return {
    prompt,
    negatives: coloured(negatives, negativeFrom),
    ...(guidance ? { guidance: typeof guidance === 'string' ? { name: guidance } : (guidance as GuidanceSpec) } : {}),
    ...(scheduler
      ? {
          scheduler: (typeof scheduler === 'string'
            ? { name: scheduler, config: {} }
            : { config: {}, ...scheduler }) as SchedulerSpec,
        }
      : {}),
    ...(typeof scale === 'number' ? { scale } : {}),
    // A record names the size; where it is the model's own nothing has to be said.
    ...some({
      steps,
      width: width === own.width ? undefined : width,
      height: height === own.height ? undefined : height,
      image,
    }),
    seed: seed === undefined ? '1' : String(seed),
    seedMove: draft.value.seedMove,
    rest: { ...Object.fromEntries(told), ...(typeof scale === 'object' ? { scale } : {}) },
  }
}

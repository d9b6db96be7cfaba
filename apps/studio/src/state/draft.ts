import {
  type GuidanceSpec,
  type RecipeInput,
  type SchedulerSpec,
  type Window,
  type WindowInput,
  windowPresets,
} from '@neg/core'
import { resolveGuidance } from '@neg/core/guidance'
import { computed, signal } from '@preact/signals'
import { defaults } from './defaults'

/** A negative as the page edits it. */
export interface NegativeDraft {
  readonly id: number
  readonly text: string
  /** Its own s⁻; absent: `defaultStrength`. */
  readonly scale?: number
  /** Absent: `defaultWindow`. */
  readonly window?: Window
  /** What a loaded recipe says beyond these. */
  readonly rest?: Readonly<Record<string, unknown>>
}

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
  readonly seed: string
  /** A new seed for every picture. */
  readonly newSeed: boolean
  /** Fields of a loaded recipe that the page has no control for; they are kept and shown. */
  readonly rest: Readonly<Partial<RecipeInput>>
}

let ids = 0
export const newNegative = (text: string): NegativeDraft => ({ id: ++ids, text })

export const draft = signal<Draft>({
  prompt: 'a professional office woman',
  negatives: [],
  seed: '1',
  newSeed: false,
  rest: {},
})

export const edit = (change: Partial<Draft>): void => {
  draft.value = { ...draft.value, ...change }
}

export const editNegative = (id: number, change: Partial<NegativeDraft>): void =>
  edit({
    negatives: draft.value.negatives.map((negative) => (negative.id === id ? { ...negative, ...change } : negative)),
  })

/** Negatives that say something; an empty field is none. */
export const negatives = computed(() => draft.value.negatives.filter(({ text }) => text.trim() !== ''))

/** What is drawn with: what the draft says, else the model's own. */
export const settings = computed(() => {
  const { guidance, scale, steps } = draft.value
  const own = defaults.value
  return {
    guidance: guidance ?? (own.guidance as GuidanceSpec),
    scale: scale ?? own.scale,
    steps: steps ?? own.steps,
  }
})

/** The window of a negative that has none; absent: always. As core fills it in. */
export const defaultWindow = computed(() =>
  draft.value.guidance || draft.value.rest.image ? undefined : defaults.value.window,
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

/** The draft as a recipe. */
export function toRecipe(from: Draft): RecipeInput {
  const { prompt, guidance, scheduler, scale, steps, seed, rest } = from
  return {
    prompt,
    negatives: from.negatives
      .filter(({ text }) => text.trim() !== '')
      .map(({ text, scale, window, rest = {} }) => ({
        ...rest,
        text,
        ...(scale === undefined ? {} : { scale }),
        ...(window === undefined ? {} : { window }),
      })),
    ...(guidance ? { guidance: guidance as RecipeInput['guidance'] } : {}),
    ...(scheduler ? { scheduler: { name: scheduler.name, config: { ...scheduler.config } } } : {}),
    ...(scale === undefined ? {} : { scale }),
    ...(steps === undefined ? {} : { steps }),
    seed,
    ...rest,
  }
}

/** A recipe's window, which may be a preset's name; none for one of any shape, a curve, which has no two ends. */
export function windowOf(window: WindowInput): Window | undefined {
  if (typeof window === 'string') return windowPresets[window]
  return 'curve' in window ? undefined : { of: 'schedule', ...window }
}

/** A recipe for the page. What it has no control for is kept in `rest`. */
export function fromRecipe(recipe: RecipeInput): Draft {
  const { prompt, negatives = [], guidance, scheduler, scale, steps, seed, format: _format, ...rest } = recipe
  const defaults: Record<string, unknown> = {
    roles: {},
    null: 'empty-text',
    generator: 'cpu',
    syntax: 'plain',
    longPrompts: 'truncate',
  }
  const told = Object.entries(rest).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key]))
  return {
    prompt,
    negatives: negatives.map((negative) => {
      if (typeof negative === 'string') return newNegative(negative)
      const { text, scale, window, ...more } = negative
      const ends = window && windowOf(window)
      const others = Object.entries({
        ...more,
        ...(typeof scale === 'object' ? { scale } : {}),
        ...(window && !ends ? { window } : {}),
      })
      const kept = others.filter(([key, value]) => !(key === 'outside' && value === 0))
      return {
        ...newNegative(text),
        ...(typeof scale === 'number' ? { scale } : {}),
        ...(ends ? { window: ends } : {}),
        ...(kept.length > 0 ? { rest: Object.fromEntries(kept) } : {}),
      }
    }),
    ...(guidance ? { guidance: typeof guidance === 'string' ? { name: guidance } : (guidance as GuidanceSpec) } : {}),
    ...(scheduler
      ? {
          scheduler: (typeof scheduler === 'string'
            ? { name: scheduler, config: {} }
            : { config: {}, ...scheduler }) as SchedulerSpec,
        }
      : {}),
    ...(typeof scale === 'number' ? { scale } : {}),
    ...(steps === undefined ? {} : { steps }),
    seed: seed === undefined ? '1' : String(seed),
    newSeed: false,
    rest: { ...Object.fromEntries(told), ...(typeof scale === 'object' ? { scale } : {}) },
  }
}

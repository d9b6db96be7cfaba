import type { PromptInput } from '../model/conditioning'
import { promptSchedule } from '../prompt/prompt-schedule'
import type { ConceptSpec, Recipe } from '../recipe/recipe'

/** A condition's text over the run. */
export interface TimedPrompt {
  readonly role: string
  readonly index: number
  /** Strength and window; absent for `positive` and `null`. */
  readonly spec?: ConceptSpec
  /** What is encoded for it at a scheduler step. */
  at(step: number): PromptInput
  /** Everything it is over the run, each once. */
  readonly distinct: readonly PromptInput[]
}

/** All the conditions of a recipe. */
export interface TimedPrompts {
  readonly positive: TimedPrompt
  readonly null: TimedPrompt
  readonly negatives: readonly TimedPrompt[]
  readonly roles: Readonly<Record<string, readonly TimedPrompt[]>>
}

/** Every network call asks for the key of every prompt. */
const keys = new WeakMap<PromptInput, string>()

/** Equal text and options give equal keys: equal prompts are encoded once and share their passes. */
export function promptKey(input: PromptInput): string {
  const known = keys.get(input)
  if (known !== undefined) return known
  const {
    text,
    micro = null,
    weights = [],
    breaks = [],
    longPrompts = null,
    maxSequenceLength = null,
    blend = null,
  } = input
  const key = JSON.stringify([text, micro, weights, breaks, longPrompts, maxSequenceLength, blend])
  keys.set(input, key)
  return key
}

/** What a recipe has encoded, and when; `declared` are roles that the guidance reads, empty where the recipe has none. */
export function timedPrompts(recipe: Recipe, declared: readonly string[] = []): TimedPrompts {
  const { syntax, steps, longPrompts, maxSequenceLength } = recipe
  const { positive, negative = positive } = recipe.micro ?? {}
  const common = (sizes: typeof positive) => ({
    longPrompts,
    ...(maxSequenceLength === undefined ? {} : { maxSequenceLength }),
    ...(sizes ? { micro: sizes } : {}),
  })
  const unconditional: PromptInput =
    recipe.null === 'zeros' ? { ...common(negative), text: null, null: 'zeros' } : { ...common(negative), text: '' }

  const timed = (role: string, index: number, text: string, spec?: ConceptSpec): TimedPrompt => {
    const against = role === 'negative'
    const schedule = promptSchedule(text, syntax, steps)
    const inputs = schedule.distinct.map(({ text, weights, breaks }): PromptInput => {
      // Also for the part of the run in which `[(tags):0.25]` has no text yet.
      if (against && text === '' && !breaks) return unconditional
      const shared = common(against ? negative : positive)
      const plain = {
        ...shared,
        text,
        ...(weights && weights.length > 0 ? { weights } : {}),
        ...(breaks ? { breaks } : {}),
      }
      const share = spec?.embeddingWeight ?? 1
      if (share === 1) return plain
      return {
        ...plain,
        ...(unconditional.null ? { null: unconditional.null } : {}),
        blend: [
          { text, weight: share },
          { text: unconditional.text, weight: 1 - share },
        ],
      }
    })
    return { role, index, spec, at: (step) => inputs[schedule.at(step)], distinct: inputs }
  }

  return {
    positive: timed('positive', 0, recipe.prompt),
    null: { role: 'null', index: 0, at: () => unconditional, distinct: [unconditional] },
    negatives: recipe.negatives.map((spec, index) => timed('negative', index, spec.text, spec)),
    roles: Object.fromEntries(
      [...new Set([...declared, ...Object.keys(recipe.roles)])].map((role) => [
        role,
        (recipe.roles[role] ?? []).map((spec, index) => timed(role, index, spec.text, spec)),
      ]),
    ),
  }
}

/** Every distinct input of a recipe, by key. */
export function distinctInputs(prompts: TimedPrompts): Map<string, PromptInput> {
  const all = [prompts.positive, prompts.null, ...prompts.negatives, ...Object.values(prompts.roles).flat()]
  return new Map(all.flatMap(({ distinct }) => distinct).map((input) => [promptKey(input), input]))
}

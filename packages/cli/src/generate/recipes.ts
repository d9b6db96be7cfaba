import { consecutiveSeeds, type GuidanceSpec, NegError, type RecipeDefaults, type RecipeInput } from '@neg/core'
import type { RecipeFlags } from '../arguments/generate-flags'
import type { KeyValues } from '../arguments/key-value'
import type { NegativeFlags } from '../arguments/negatives'
import { walkOf } from '../arguments/walk'

type Negatives = NonNullable<RecipeInput['negatives']>

/** Given ones replace those of the base; without any, settings that were given hold for all of the base's. */
function negativesOf({ defaults, negatives }: NegativeFlags, base: Negatives): Negatives {
  if (negatives.length > 0) return negatives.map((own) => ({ ...defaults, ...own }))
  const [setting] = Object.keys(defaults)
  if (base.length === 0 && setting !== undefined) {
    throw new NegError('option-invalid', `--negative-${setting} needs a --negative that it holds for.`)
  }
  return base.map((one) => ({ ...(typeof one === 'string' ? { text: one } : one), ...defaults }))
}

/** Given concepts replace those of the base in the same role. */
function rolesOf(own: RecipeFlags['roles'] = {}, base: RecipeInput['roles']): Pick<RecipeInput, 'roles'> {
  return Object.keys(own).length === 0 ? {} : { roles: { ...base, ...own } }
}

/** What the model has where nothing is named: options without a name are over its. */
export type OwnDefaults = Pick<RecipeDefaults, 'scheduler' | 'guidance'>

/** Options over those of the base; another name begins with none. */
function schedulerOf(
  given: string | undefined,
  options: KeyValues,
  base: RecipeInput['scheduler'],
  own: OwnDefaults['scheduler'],
): RecipeInput['scheduler'] {
  if (given !== undefined) return { name: given, config: options }
  if (Object.keys(options).length === 0) return base
  const { name, config = {} } = typeof base === 'string' ? { name: base } : (base ?? own)
  return { name, config: { ...config, ...options } }
}

function guidanceOf(
  flags: RecipeFlags,
  base: RecipeInput['guidance'],
  own: OwnDefaults['guidance'],
): RecipeInput['guidance'] {
  if (flags.guidance === undefined && flags.guidanceOption === undefined) return base
  if (flags.guidance !== undefined) return { name: flags.guidance, options: flags.guidanceOption ?? {} }
  const before = (typeof base === 'string' ? { name: base } : (base ?? own)) as GuidanceSpec
  return { ...before, options: { ...before.options, ...flags.guidanceOption } }
}

/** Leaves out what is undefined, so that what was not given does not override. */
const given = <T extends object>(fields: T): Partial<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>

/**
 * The recipe that the options make of a base (a record's, a file's, or nothing); options override.
 * @param own The model's own scheduler and guidance, for options without a name.
 */
export function recipeOf(flags: RecipeFlags, base: Partial<RecipeInput>, own: OwnDefaults): RecipeInput {
  const prompt = flags.prompt ?? base.prompt
  if (prompt === undefined) {
    throw new NegError(
      'prompt-invalid',
      'A prompt is missing: neg generate "PROMPT" (or --from PICTURE, --recipe FILE).',
    )
  }
  // What was given stands for the whole walk: steps, timesteps or sigmas of the base go.
  const { walk, config } = walkOf(flags.schedulerOption, flags.steps)
  const { steps: _, timesteps: __, sigmas: ___, ...walkless } = base
  return {
    ...(Object.keys(walk).length === 0 ? base : walkless),
    ...walk,
    ...given({
      scale: flags.scale,
      distilledScale: flags.distilledScale,
      null: flags.null,
      width: flags.width,
      height: flags.height,
      syntax: flags.syntax,
      longPrompts: flags.longPrompts,
      maxSequenceLength: flags.maxSequenceLength,
      guidance: guidanceOf(flags, base.guidance, own.guidance),
      scheduler: schedulerOf(flags.scheduler, config, base.scheduler, own.scheduler),
    }),
    prompt,
    ...rolesOf(flags.roles, base.roles),
    negatives: negativesOf(flags.negatives, base.negatives ?? []),
  }
}

/** Seeds of the pictures to draw: those given, or `count` from the base's (or a random one) on. */
export function seedsOf({ seed, count = 1 }: RecipeFlags, base: Partial<RecipeInput>): string[] {
  if (seed && seed.length > 1 && count > 1) {
    throw new NegError('option-invalid', '--count and several seeds exclude each other: give one seed, or no --count.')
  }
  return seed && seed.length > 1 ? [...seed] : consecutiveSeeds(seed?.[0] ?? base.seed, count)
}

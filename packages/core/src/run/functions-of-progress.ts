import { NegError } from '../errors/neg-error'
import type { ControlInput } from '../recipe/control'
import type { ConceptInput, ConceptSpec, Recipe, RecipeInput } from '../recipe/recipe'
import type { Scalar } from '../recipe/scalar'
import type { WindowCurve } from '../recipe/window'

/** A negative, or a concept of another role, as a program gives it. */
export type GenerateConcept = Omit<ConceptInput, 'scale' | 'window'> & {
  /** Its own strength: a number, a curve, or a function of progress (step / steps), which the record keeps as a curve. */
  readonly scale?: ConceptInput['scale'] | ((progress: number) => number)
  /** When it acts: a window, a preset's name, or a function of progress that says whether it acts, which the record keeps as a curve. */
  readonly window?: ConceptInput['window'] | ((progress: number) => boolean)
}

/** A control picture as a program gives it. */
export type GenerateControl = Omit<ControlInput, 'strength' | 'window'> & {
  /** Factor of what is added: a number, a curve, or a function of progress, which the record keeps as a curve. Default 1. */
  readonly strength?: ControlInput['strength'] | ((progress: number) => number)
  /** When it acts: a window, or a function of progress that says whether it acts, which the record keeps as a curve. Default always. */
  readonly window?: ControlInput['window'] | ((progress: number) => boolean)
}

/** A recipe as a program gives it: scales and windows may be functions of progress. */
export type GenerateInput = Omit<RecipeInput, 'scale' | 'negatives' | 'roles' | 'control'> & {
  /**
   * Guidance scale s⁺: a number, a curve, or a function of progress (step / steps), which the record keeps as a curve of its
   * values. Default the model's recommendation, else 5 (8.5 for a network with a guidance input).
   */
  readonly scale?: RecipeInput['scale'] | ((progress: number) => number)
  /** What the picture should not be, each with its own strength and window; a text alone has the defaults. Default none. */
  readonly negatives?: readonly (string | GenerateConcept)[]
  /** Conditions of the roles that the guidance declares (`neg guidance NAME` says which). Default none. */
  readonly roles?: Readonly<Record<string, readonly GenerateConcept[]>>
  /** Pictures that ControlNets lead the drawing by, each with a strength and a window; `options.images` has them. Default none. */
  readonly control?: readonly GenerateControl[]
}

/** A function's value at every step: exactly what the run uses, as JSON. */
function tabulated<T>(
  steps: number,
  where: string,
  expected: string,
  at: (progress: number) => T,
  value: (of: T) => number,
) {
  return Array.from({ length: steps }, (_, step): [number, number] => {
    const found = at(step / steps)
    const number = value(found)
    if (Number.isFinite(number)) return [step / steps, number]
    throw new NegError(
      'recipe-invalid',
      `${where}: the function gave ${String(found)} at progress ${step / steps}; expected ${expected}.`,
      { where },
    )
  })
}

const scaleCurve = (of: (progress: number) => number, steps: number, where: string): Scalar => ({
  curve: 'step',
  points: tabulated(steps, where, 'a number', of, (value) => (typeof value === 'number' ? value : Number.NaN)),
})

const windowCurve = (of: (progress: number) => boolean, steps: number, where: string): WindowCurve => ({
  curve: 'step',
  points: tabulated(steps, where, 'true or false', of, (value) =>
    typeof value === 'boolean' ? Number(value) : Number.NaN,
  ) as WindowCurve['points'],
})

const isFunction = (value: unknown): boolean => typeof value === 'function'

/** Of anything: the recipe isn't checked yet. */
const concepts = (value: unknown): readonly Partial<GenerateConcept & GenerateControl>[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : []

/** Whether a recipe has functions, so that it is no data. */
export function hasFunctions({ scale, negatives, roles, control }: GenerateInput): boolean {
  const all = [concepts(negatives), concepts(control), ...Object.values(roles ?? {}).map(concepts)].flat()
  return isFunction(scale) || all.some(({ scale, strength, window }) => [scale, strength, window].some(isFunction))
}

const dataOf = <T>(value: T): T | undefined => (isFunction(value) ? undefined : value)

/** A concept's data; anything else as it is, to be refused with everybody's. */
function conceptData(concept: unknown): unknown {
  if (typeof concept !== 'object' || concept === null) return concept
  const { scale, strength, window } = concept as GenerateConcept & GenerateControl
  return {
    ...concept,
    ...(isFunction(scale) ? { scale: undefined } : {}),
    ...(isFunction(strength) ? { strength: undefined } : {}),
    ...(isFunction(window) ? { window: undefined } : {}),
  }
}

const conceptsData = (all: unknown): unknown => (Array.isArray(all) ? all.map(conceptData) : all)

/** The recipe without its functions, which can be checked before the steps are known. */
export function withoutFunctions(input: GenerateInput): RecipeInput {
  if (!hasFunctions(input)) return input as RecipeInput
  const { negatives, roles, control } = input
  return {
    ...input,
    scale: dataOf(input.scale),
    ...(negatives ? { negatives: conceptsData(negatives) } : {}),
    ...(control ? { control: conceptsData(control) } : {}),
    ...(roles
      ? { roles: Object.fromEntries(Object.entries(roles).map(([role, all]) => [role, conceptsData(all)])) }
      : {}),
  } as RecipeInput
}

/**
 * The recipe with its functions as curves of `recipe.steps` values.
 * @throws `recipe-invalid` where a function gives no number, or no boolean
 */
export function withCurves(recipe: Recipe, input: GenerateInput): Recipe {
  if (!hasFunctions(input)) return recipe
  const { steps } = recipe
  const fill = (all: readonly ConceptSpec[], given: readonly unknown[] = [], place: string): ConceptSpec[] =>
    all.map((spec, i) => {
      const { scale, window } = (given[i] ?? {}) as Partial<GenerateConcept>
      return {
        ...spec,
        ...(typeof scale === 'function' ? { scale: scaleCurve(scale, steps, `${place}[${i}].scale`) } : {}),
        ...(typeof window === 'function' ? { window: windowCurve(window, steps, `${place}[${i}].window`) } : {}),
      }
    })
  const control = recipe.control?.map((spec, i) => {
    const { strength, window } = input.control?.[i] ?? {}
    return {
      ...spec,
      ...(typeof strength === 'function' ? { strength: scaleCurve(strength, steps, `control[${i}].strength`) } : {}),
      ...(typeof window === 'function' ? { window: windowCurve(window, steps, `control[${i}].window`) } : {}),
    }
  })
  return {
    ...recipe,
    ...(control ? { control } : {}),
    ...(typeof input.scale === 'function' ? { scale: scaleCurve(input.scale, steps, 'scale') } : {}),
    negatives: fill(recipe.negatives, input.negatives, 'negatives'),
    roles: Object.fromEntries(
      Object.entries(recipe.roles).map(([role, all]) => [role, fill(all, input.roles?.[role], `roles.${role}`)]),
    ),
  }
}

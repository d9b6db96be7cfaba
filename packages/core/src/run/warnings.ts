import type { Guidance } from '../guidance/guidance'
import type { Conditioning } from '../model/conditioning'
import type { ModelInfo } from '../model/diffusion-model'
import { foreignSyntax } from '../prompt/foreign-syntax'
import type { GuidanceSpec } from '../recipe/recipe'
import { isOpen } from '../recipe/window'
import { controlStrength } from './control'
import type { CallCost } from './evaluation-cost'
import type { RunWarning } from './event'
import { positionOf, type RunPlan, viewOf } from './view'

type Guided = Pick<Guidance<string>, 'inNetwork' | 'requires' | 'roles'>

const quoted = (role: string, text: string) => `The ${role} "${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`

/** Whether a guidance does what it does by the scale: not by concepts, inside the network, or along a gradient. */
const scaled = ({ inNetwork, requires = [], roles = [] }: Guided, name: string): boolean =>
  !inNetwork &&
  roles.length === 0 &&
  !requires.some((need) => need.startsWith('attention.') || need.startsWith('gradient:')) &&
  !['general', 'classifier-free', 'negative-prompt'].includes(name)

/** Whether the general form is what it does, wrapped or not. */
const isGeneral = ({ name, of = [] }: GuidanceSpec): boolean => name === 'general' || of.some(isGeneral)

/** Negatives without a strength of their own share one: of three or more, each has less than half of it. */
function sharedStrength({ recipe }: RunPlan): RunWarning[] {
  const { negatives, guidance } = recipe
  const sharing = negatives.filter(({ scale }) => scale === undefined).length
  if (!isGeneral(guidance) || negatives.length < 3 || sharing === 0) return []
  const full = typeof recipe.scale === 'number' ? `${Number((recipe.scale - 1).toPrecision(6))}` : 'scale − 1'
  return [
    {
      code: 'negative-weakened',
      message:
        `${sharing === negatives.length ? `Each of the ${sharing} negatives` : `${sharing} of the ${negatives.length} negatives`} ` +
        `has 1/${negatives.length} of the strength that it would have alone: the default is (scale − 1) / negatives. ` +
        `Give those that matter a strength of their own; alone it would be ${full}.`,
    },
  ]
}

/** Whether the sign of s⁻ says which way a negative acts; `sld` takes its share of s⁺ − 1, which is positive at any scale. */
const byStrength = ({ inNetwork }: Guided, spec: GuidanceSpec): boolean =>
  !inNetwork && spec.name !== 'sld' && (spec.of ?? []).every((inner) => byStrength({ inNetwork }, inner))

/** What can be told before the first step: settings that do less than they seem to. */
export function planWarnings(
  plan: RunPlan,
  guidance: Guided,
  conditionings: ReadonlyMap<string, Conditioning>,
  info: ModelInfo,
): RunWarning[] {
  const { schedule, prompts } = plan
  const warnings: RunWarning[] = []
  const calls = schedule.calls.map((_, call) => ({
    at: positionOf(plan, call),
    view: viewOf(plan, call, conditionings),
  }))

  for (const { role, index, spec } of [...prompts.negatives, ...Object.values(prompts.roles).flat()]) {
    if (!spec) continue
    const { window } = spec
    if (!calls.some(({ at }) => isOpen(window, at))) {
      const unit =
        window && 'of' in window && window.of === 'schedule' ? `, a step is 1/${schedule.steps} of the run` : ''
      const where = window && 'of' in window ? `its window [${window.from}, ${window.to})` : 'its window'
      warnings.push({
        code: 'window-empty',
        message: `${quoted(role, spec.text)} never acts: no step of this run lies in ${where}${unit}.`,
      })
      continue
    }
    const weights = calls.map(({ view }) => (role === 'negative' ? view.negatives : view.roles[role])[index].weight)
    if (weights.every((weight) => weight === 0) && !(role === 'negative' && guidance.inNetwork)) {
      const why =
        spec.scale === undefined
          ? "its default strength is (scale − 1) / negatives, which is 0 at scale 1 (guidance 'nag' acts there, too)"
          : 'its strength is 0'
      warnings.push({ code: 'negative-without-effect', message: `${quoted(role, spec.text)} has no effect: ${why}.` })
    }
    const attracting = weights.filter((weight) => weight < 0).length
    if (
      role === 'negative' &&
      spec.scale === undefined &&
      attracting > 0 &&
      byStrength(guidance, plan.recipe.guidance)
    ) {
      warnings.push({
        code: 'negative-attracts',
        message:
          `${quoted(role, spec.text)} attracts in ${attracting} of ${weights.length} evaluations: its default strength is ` +
          '(scale − 1) / negatives, which is below 0 where the scale is below 1. Give it a strength of its own, or a scale above 1.',
      })
    }
  }
  plan.recipe.control?.forEach((spec, i) => {
    if (calls.some(({ at }) => controlStrength(spec, at) !== 0)) return
    const opens = calls.some(({ at }) => isOpen(spec.window, at))
    warnings.push({
      code: opens ? 'control-without-effect' : 'window-empty',
      message: opens
        ? `control[${i}] (${spec.controlnet}) has no effect: its strength is 0.`
        : `control[${i}] (${spec.controlnet}) never acts: no step of this run lies in its window.`,
    })
  })
  if (calls.some(({ view }) => view.scale !== 1)) warnings.push(...sharedStrength(plan))
  const { guidance: chosen, distilledScale, prompt, negatives, roles, syntax } = plan.recipe
  const others = [...negatives, ...Object.values(roles).flat()].map(({ text }) => text)
  const { additions } = info
  const foreign = [
    ...foreignSyntax(prompt, syntax, additions),
    // LoRA files are of the whole picture, and asked for in its prompt.
    ...others.flatMap((text) => foreignSyntax(text, syntax, additions && { ...additions, shelf: [] })),
  ]
  warnings.push(...new Map(foreign.map((one) => [one.message, one])).values())
  if (plan.distilled && distilledScale === undefined && scaled(guidance, chosen.name)) {
    warnings.push({
      code: 'scale-in-network',
      message:
        `${info.id} is guidance-distilled: the scale is an input of the network, and guidance '${chosen.name}' is given scale 1. ` +
        'With distilledScale (what the network is told, e.g. 1) the scale is true guidance.',
    })
  }
  for (const { name, unused } of info.additions?.loras ?? []) {
    if (unused.length > 0) warnings.push(loraUnused(name, unused))
  }
  if (info.timestep.integer && schedule.calls.some(({ level }) => !Number.isInteger(level.t))) {
    warnings.push({
      code: 'timestep-fraction',
      message: `${info.id} takes whole timesteps only, and this schedule has fractional ones: they are rounded. A scheduler without Karras-like sigmas avoids it.`,
    })
  }
  return warnings
}

/** A LoRA of which a part fits nothing: the rest of it was added. */
const loraUnused = (name: string, unused: readonly string[]): RunWarning => ({
  code: 'lora-unused',
  message:
    `${unused.length} key${unused.length === 1 ? '' : 's'} of the LoRA ${name} fit${unused.length === 1 ? 's' : ''} no layer of the model and ` +
    `${unused.length === 1 ? 'is' : 'are'} left out: ${unused.slice(0, 3).join(', ')}${unused.length > 3 ? ' …' : ''}.`,
})

/** A picture that no network takes part in is noise that a scheduler scaled. */
export const costWarnings = (costs: readonly CallCost[], guidance: string): RunWarning[] =>
  costs.some(({ max }) => max > 0)
    ? []
    : [
        {
          code: 'network-unused',
          message: `No network takes part in this picture: guidance '${guidance}' asks for no evaluation at any step.`,
        },
      ]

/** What the encoder has to say of the prompts, each once. */
export function promptWarnings(conditionings: Iterable<Conditioning>): RunWarning[] {
  const all = [...conditionings].flatMap(({ warnings }) => warnings)
  return [...new Map(all.map((warning) => [warning.message, warning])).values()]
}

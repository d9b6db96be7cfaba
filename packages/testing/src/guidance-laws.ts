import { type DiffusionModel, type GuidanceSpec, plan } from '@neg/core'
import { type AnyGuidancePlugin, type GuidancePlugin, resolveGuidance } from '@neg/core/guidance'
import { schedulers } from '@neg/core/schedulers'
import { gaussianMixtureModel } from './gaussian-mixture-model'
import { attentionLaws } from './guidance-attention-laws'
import { formLaws } from './guidance-form-laws'
import type { GuidanceProperties } from './guidance-properties'
import { runLaws } from './guidance-run-laws'
import { expectThat, type Law, type LawGround, missing, type Subject, schedulerFor } from './guidance-subject'

export interface GuidanceLawOptions {
  /** What it is tested on; default a Gaussian mixture known in closed form. */
  readonly model?: DiffusionModel
  /** A prompt of that model, something its pictures may show, and something else. */
  readonly prompts?: { readonly prompt: string; readonly negative: string; readonly other: string }
  /** Scheduler steps of each run. Default 6. */
  readonly steps?: number
  /** Schedulers that the laws on schedulers are tested with; default all of them. */
  readonly schedulers?: readonly string[]
}

const portraits = { prompt: 'woman', negative: 'glasses', other: 'pirate' }

/**
 * The conformance suite of a guidance: laws that everyone must obey, and those of the properties that it declares. For any
 * test runner:
 *
 * @example
 * for (const { name, run } of guidanceLaws(myGuidance, { spaceFree: true })) test(name, run)
 */
export function guidanceLaws<O, R extends string>(
  plugin: GuidancePlugin<O, R>,
  properties: GuidanceProperties = {},
  options: GuidanceLawOptions = {},
): Law[] {
  const ground: LawGround = {
    model: options.model ?? gaussianMixtureModel(),
    ...(options.prompts ?? portraits),
    steps: options.steps ?? 6,
    schedulers: options.schedulers ?? schedulers.map(({ name }) => name),
  }
  const erased = plugin as unknown as AnyGuidancePlugin
  const spec: GuidanceSpec = {
    name: plugin.name,
    ...(properties.options ? { options: properties.options } : {}),
    ...(properties.of ? { of: properties.of } : {}),
  }
  const { guidance } = resolveGuidance(spec as Parameters<typeof resolveGuidance>[0], [erased])
  const lacking = missing({ guidance, model: ground.model })
  const scheduler = schedulerFor(guidance, ground)
  if (lacking.length > 0 || scheduler === undefined) {
    return [refusal(erased, spec, ground, lacking.length > 0 ? lacking : [...(guidance.requires ?? [])])]
  }
  const named = (guidance.requires ?? []).filter((need) => need.startsWith('model:'))
  const subject: Subject = {
    ...ground,
    name: plugin.name,
    plugin: erased,
    properties,
    spec,
    guidance,
    scheduler,
    models: Object.fromEntries(named.map((need) => [need.slice('model:'.length), ground.model])),
  }
  return [...formLaws(subject), ...runLaws(subject), ...attentionLaws(subject)]
}

/** All that can be said of a guidance on a model that lacks what it needs. */
function refusal(plugin: AnyGuidancePlugin, spec: GuidanceSpec, { model, prompt }: LawGround, lacking: string[]): Law {
  return {
    name: `it is refused by name on a model without ${lacking.join(', ')}`,
    run: async () => {
      let message = 'it was not'
      try {
        plan({ prompt, guidance: spec as never }, model, { plugins: [plugin] })
      } catch (error) {
        message = (error as Error).message
      }
      expectThat(message.includes(`'${plugin.name}' needs ${lacking[0]}`), message)
    },
  }
}

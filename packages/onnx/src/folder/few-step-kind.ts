import type { Recommendation, SchedulerSpec } from '@neg/core'

/** What of a folder tells whether its model was distilled to few steps. */
export interface FolderNames {
  /** What people call the folder, and what its configs say they were made from (`_name_or_path`). */
  readonly names: readonly string[]
  /** The folder's own scheduler. */
  readonly scheduler: SchedulerSpec
}

/**
 * The model's name in a path or Hub id: `models--org--sd-turbo/snapshots/9f…/unet` and `org/sd-turbo` are `sd-turbo`.
 */
export function modelName(path: string): string {
  const parts = path.split(/[/\\]+/).filter((part) => part !== '' && part !== '.')
  const cached = parts.find((part) => part.startsWith('models--'))
  if (cached) return (cached.split('--').pop() ?? '').toLowerCase()
  const folder = /^(unet|scheduler|vae|text_encoder\w*|main|model|onnx|[0-9a-f]{40})$/i
  return (parts.filter((part) => !folder.test(part)).pop() ?? '').toLowerCase()
}

interface Named {
  readonly kind: string
  readonly pattern: RegExp
  /** What it is drawn with where the folder's scheduler is of a model that was not distilled. */
  readonly scheduler?: SchedulerSpec
}

const trailing = { timestep_spacing: 'trailing' }

/** Families of distilled models by their names, and the scheduler that their makers draw with. */
const families: readonly Named[] = [
  {
    kind: 'SDXL-Lightning (Lin et al. 2024)',
    pattern: /(^|[^a-z])lightning([^a-z]|$)/,
    scheduler: { name: 'EulerDiscreteScheduler', config: trailing },
  },
  {
    kind: 'Hyper-SD (Ren et al. 2024)',
    pattern: /(^|[^a-z])hyper-?sd/,
    scheduler: { name: 'DDIMScheduler', config: trailing },
  },
  {
    kind: 'latent consistency models (Luo et al. 2023)',
    pattern: /(^|[^a-z])lcm([^a-z]|$)/,
    scheduler: { name: 'LCMScheduler', config: {} },
  },
  { kind: 'SD-Turbo and SDXL-Turbo (Sauer et al. 2023)', pattern: /(^|[^a-z])turbo([^a-z]|$)/ },
]

/** Schedulers that only distilled models are drawn with. */
const distilledSchedulers = new Set(['LCMScheduler', 'TCDScheduler'])

/** Their networks were taught at four timesteps, and draw in 1 to 4 or 8. */
const defaultSteps = 4

/** `…_4step…`, `…-8steps…`: what the checkpoint was made for. */
const stepsIn = (name: string): number | undefined => {
  const steps = Number(/(?:^|[^0-9])(\d{1,2})[-_ ]?steps?(?:[^a-z]|$)/.exec(name)?.[1])
  return steps >= 1 && steps <= 16 ? steps : undefined
}

/**
 * What models that were distilled to few steps, without a guidance input, need in place of scale 5 and 20 steps: scale 1
 * (guidance is in the weights, and another burns the picture) and 4 steps, or as many as their name says. Undefined for a
 * model that nothing says to be one.
 *
 * `LCMScheduler` and `TCDScheduler` are used for nothing else. A name, or Euler's scheduler with trailing timesteps on a
 * network that predicts noise (the folders of SD-Turbo and SDXL-Turbo), is a guess, and said to be one.
 */
export function fewStepDefaults({ names, scheduler }: FolderNames): Recommendation | undefined {
  const own = names.map(modelName)
  const steps = own.map(stepsIn).find((count) => count !== undefined) ?? defaultSteps
  const settings = { scale: 1, steps }
  if (distilledSchedulers.has(scheduler.name)) return settings
  // Checkpoints distilled with guidance left to the caller say so.
  if (own.some((name) => /(^|[^a-z])cfg([^a-z]|$)/.test(name))) return undefined
  for (const name of own) {
    const family = families.find(({ pattern }) => pattern.test(name))
    if (!family) continue
    const because = `its name, '${name}', is of ${family.kind}, which are distilled to few steps`
    const fits =
      family.scheduler === undefined ||
      scheduler.config.timestep_spacing === 'trailing' ||
      // Makers' schedulers are of other models than flows.
      scheduler.name.startsWith('FlowMatch')
    if (fits) return { ...settings, assumed: { settings: ['scale', 'steps'], because } }
    return {
      ...settings,
      scheduler: family.scheduler,
      assumed: { settings: ['scale', 'steps', 'scheduler'], because },
    }
  }
  const { timestep_spacing: spacing, prediction_type: prediction, rescale_betas_zero_snr: zero } = scheduler.config
  const euler = /^Euler(Ancestral)?DiscreteScheduler$/.test(scheduler.name)
  if (euler && spacing === 'trailing' && (prediction ?? 'epsilon') === 'epsilon' && zero !== true) {
    const because =
      'its scheduler is Euler’s with trailing timesteps, as in the folders of SD-Turbo and SDXL-Turbo, which are distilled to few steps'
    return { ...settings, assumed: { settings: ['scale', 'steps'], because } }
  }
  return undefined
}

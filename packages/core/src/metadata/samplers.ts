import type { Json } from '../json/json'
import { findScheduler } from '../schedulers/registry'

/** A sampler of another tool as a scheduler, and what it leaves open. */
export interface Sampler {
  readonly scheduler?: { readonly name: string; readonly config: Readonly<Record<string, Json>> }
  readonly notes: readonly string[]
}

type Known = readonly [name: string, config?: Readonly<Record<string, Json>>]

/** By their names without spaces, signs and case; diffusers' own table of equivalents of k-diffusion's samplers. */
const samplers: Readonly<Record<string, Known>> = {
  euler: ['EulerDiscreteScheduler'],
  eulera: ['EulerAncestralDiscreteScheduler'],
  eulerancestral: ['EulerAncestralDiscreteScheduler'],
  heun: ['HeunDiscreteScheduler'],
  lms: ['LMSDiscreteScheduler'],
  dpm2: ['KDPM2DiscreteScheduler'],
  kdpm2: ['KDPM2DiscreteScheduler'],
  dpm2a: ['KDPM2AncestralDiscreteScheduler'],
  kdpm2a: ['KDPM2AncestralDiscreteScheduler'],
  dpm2ancestral: ['KDPM2AncestralDiscreteScheduler'],
  dpmpp2m: ['DPMSolverMultistepScheduler'],
  dpmpp2msde: ['DPMSolverMultistepScheduler', { algorithm_type: 'sde-dpmsolver++' }],
  dpmpp2msdegpu: ['DPMSolverMultistepScheduler', { algorithm_type: 'sde-dpmsolver++' }],
  dpmpp2s: ['DPMSolverSinglestepScheduler'],
  ddim: ['DDIMScheduler'],
  ddimv3: ['DDIMScheduler'],
  ddpm: ['DDPMScheduler'],
  plms: ['PNDMScheduler', { skip_prk_steps: true }],
  pndm: ['PNDMScheduler', { skip_prk_steps: true }],
  unipc: ['UniPCMultistepScheduler'],
  deis: ['DEISMultistepScheduler'],
  ipndm: ['IPNDMScheduler'],
  lcm: ['LCMScheduler'],
  tcd: ['TCDScheduler'],
}

/** Noise schedules by the same kind of name, as options; `undefined` is each sampler's plain one. */
const schedules: Readonly<Record<string, Readonly<Record<string, Json>> | undefined>> = {
  '': undefined,
  normal: undefined,
  uniform: undefined,
  native: undefined,
  discrete: undefined,
  karras: { use_karras_sigmas: true },
  exponential: { use_exponential_sigmas: true },
  beta: { use_beta_sigmas: true },
  sgmuniform: { timestep_spacing: 'trailing' },
}

const plain = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll('++', 'pp')
    .replaceAll(/[^a-z0-9]/g, '')

/** A sampler and its noise schedule, by the names that other tools have for them. */
export function samplerOf(sampler: unknown, schedule: unknown = ''): Sampler {
  if (typeof sampler !== 'string' || sampler === '') return { notes: [] }
  const known = samplers[plain(sampler)] ?? own(sampler)
  if (!known) return { notes: [`Its sampler ${sampler} is not known here: the model's own scheduler is used.`] }
  const [name, config = {}] = known
  const asked = typeof schedule === 'string' ? plain(schedule) : ''
  const options = new Set(findScheduler(name).options.map((option) => option.name))
  const wanted = Object.hasOwn(schedules, asked) ? schedules[asked] : null
  const fits = wanted && Object.keys(wanted).every((key) => options.has(key))
  return {
    scheduler: { name, config: { ...config, ...(fits ? wanted : {}) } },
    notes:
      wanted === undefined || fits
        ? []
        : [`Its noise schedule ${schedule} is not known here for ${name}: the usual one is used.`],
  }
}

/** A scheduler by a name of neg's or diffusers' own. */
function own(name: string): Known | undefined {
  try {
    return [findScheduler(name).name]
  } catch {
    return undefined
  }
}

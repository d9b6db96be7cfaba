/**
 * neg's own schedulers by their shortest names, for editors to complete; diffusers' class names, further aliases and plug-ins'
 * names are taken, too (`neg schedulers` lists all with their source).
 */
export const schedulerNames = [
  'pndm',
  'ddim',
  'euler',
  'euler-ancestral',
  'dpm++2m',
  'ddpm',
  'heun',
  'kdpm2',
  'kdpm2-ancestral',
  'lms',
  'dpm++2s',
  'deis',
  'unipc',
  'sasolver',
  'ipndm',
  'lcm',
  'tcd',
  'edm-euler',
  'edm-dpm++2m',
  'flow-euler',
  'flow-heun',
] as const

export type SchedulerName = (typeof schedulerNames)[number]

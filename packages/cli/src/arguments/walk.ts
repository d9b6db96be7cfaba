import { NegError } from '@neg/core'
import type { KeyValues } from './key-value'
import { refuse } from './refuse'

/** How a schedule is walked. */
export interface Walk {
  readonly steps?: number
  readonly timesteps?: readonly number[]
  readonly sigmas?: readonly number[]
}

const keys = ['num_inference_steps', 'timesteps', 'sigmas'] as const

/**
 * Parts scheduler options into keys of a configuration and those arguments of diffusers' `set_timesteps` that say where a
 * schedule goes: `timesteps` and `sigmas`, JSON or 999,500,200, and `num_inference_steps`.
 * @throws `option-invalid`: not numbers, or more than one of them and --steps
 */
export function walkOf(options: KeyValues = {}, steps?: number): { readonly walk: Walk; readonly config: KeyValues } {
  const { num_inference_steps: count, timesteps, sigmas, ...config } = options
  const given = [...(steps === undefined ? [] : ['--steps']), ...keys.filter((key) => options[key] !== undefined)]
  if (given.length > 1) {
    throw new NegError('option-invalid', `${given.join(' and ')} exclude each other: give one.`)
  }
  if (timesteps !== undefined) return { walk: { timesteps: numbers('timesteps', timesteps) }, config }
  if (sigmas !== undefined) return { walk: { sigmas: numbers('sigmas', sigmas) }, config }
  if (count === undefined) return { walk: steps === undefined ? {} : { steps }, config }
  if (!Number.isInteger(count) || Number(count) < 1) throw wrong('num_inference_steps', 'a whole number from 1', count)
  return { walk: { steps: Number(count) }, config }
}

function numbers(key: string, value: KeyValues[string]): number[] {
  const parts: readonly unknown[] =
    typeof value === 'string'
      ? value.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
      : [value].flat()
  const list = parts.filter((part) => typeof part === 'number' && Number.isFinite(part)) as number[]
  if (list.length === 0 || list.length < parts.length) throw wrong(key, 'numbers, such as 999,500,200', value)
  return list
}

const wrong = (key: string, expected: string, value: KeyValues[string]): NegError =>
  refuse(`--scheduler-option ${key}`, `must be ${expected}`, typeof value === 'string' ? value : JSON.stringify(value))

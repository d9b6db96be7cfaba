import { recipeOfFields, restOf } from './foreign-fields'
import type { ForeignReader, ForeignRecipe } from './foreign-reader'
import { samplerOf } from './samplers'

const parameter = /\s*(\w[\w \-/]+):\s*("(?:\\.|[^\\"])+"|[^,]*)(?:,|$)/g

/** Samplers whose schedule is Karras' or an exponential one where it says `Automatic`. */
const automatic: Readonly<Record<string, string>> = {
  'DPM++ 2M': 'Karras',
  'DPM++ SDE': 'Karras',
  'DPM++ 2M SDE': 'Karras',
  'DPM++ 2S a': 'Karras',
  DPM2: 'Karras',
  'DPM2 a': 'Karras',
  'DPM++ 2M SDE Heun': 'Exponential',
  'DPM++ 3M SDE': 'Exponential',
}

/** Read, or saying nothing that a picture depends on beside its model. */
const known = new Set([
  ...['Steps', 'Sampler', 'Schedule type', 'CFG scale', 'Seed', 'Size', 'Model', 'RNG'],
  ...['Model hash', 'Version', 'VAE', 'VAE hash', 'Lora hashes', 'TI hashes', 'Hashes', 'Guidance', 'User'],
])

/** The parts of a `parameters` text: prompt, negative prompt, and the fields of its last line. */
export function splitParameters(text: string) {
  const lines = text.trim().split('\n')
  const last = lines[lines.length - 1]
  const pairs = [...last.matchAll(parameter)]
  const fields = pairs.length < 3 ? [] : pairs
  if (fields.length > 0) lines.pop()
  const at = lines.findIndex((line) => line.trim().startsWith('Negative prompt:'))
  const prompt = (at < 0 ? lines : lines.slice(0, at)).map((line) => line.trim()).join('\n')
  const negative =
    at < 0
      ? ''
      : lines
          .slice(at)
          .map((line, i) => (i === 0 ? line.trim().slice(16) : line).trim())
          .join('\n')
  return { prompt, negative, fields: Object.fromEntries(fields.map(([, key, value]) => [key, unquoted(value)])) }
}

function unquoted(value: string): string {
  if (!/^".*"$/s.test(value)) return value.trim()
  try {
    return String(JSON.parse(value))
  } catch {
    return value
  }
}

/** A `parameters` text in that format, whoever wrote it. */
export function parametersRecipe(tool: string, text: string): ForeignRecipe | undefined {
  const { prompt, negative, fields } = splitParameters(text)
  if (Object.keys(fields).length === 0 && negative === '') return undefined
  const [, width, height] = /^(\d+)x(\d+)$/.exec(fields.Size ?? '') ?? []
  // Before version 1.9 the schedule stood behind the sampler.
  const [, sampler = '', suffix] = /^(.*?)(?: (Karras|Exponential))?$/.exec(fields.Sampler ?? '') ?? []
  const type = fields['Schedule type'] ?? suffix ?? ''
  const clipSkip = fields['Clip skip'] === '1' ? ['Clip skip'] : []
  return recipeOfFields(tool, {
    prompt,
    negative,
    steps: fields.Steps,
    scale: fields['CFG scale'],
    seed: fields.Seed,
    width,
    height,
    sampler: samplerOf(sampler, type === 'Automatic' ? (automatic[sampler] ?? '') : type),
    syntax: 'a1111',
    // Nothing said is the default there, the GPU's numbers.
    generator: fields.RNG === 'CPU' || /^neg /.test(fields.Version ?? '') ? 'cpu' : 'cuda',
    model: fields.Model,
    rest: restOf(fields, new Set([...known, ...clipSkip])),
  })
}

/**
 * AUTOMATIC1111's `parameters` text, which Forge, SD.Next and many others write too.
 *
 * Source: stable-diffusion-webui, modules/infotext_utils.py, parse_generation_parameters.
 */
export const a1111Recipe: ForeignReader = ({ parameters }) =>
  parameters === undefined ? undefined : parametersRecipe('AUTOMATIC1111', parameters)

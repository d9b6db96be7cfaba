import { namesHint } from '../errors/nearest'
import { NegError } from '../errors/neg-error'
import { checkPlugins } from '../plugins/check-plugins'
import type { Plugin } from '../plugins/plugin'
import { refusal } from '../recipe/parse'
import type { GuidanceSpec } from '../recipe/recipe'
import type { AnyGuidancePlugin, Guidance } from './guidance'
import { findGuidance, guidancePlugins, isBuiltIn } from './registry'

/** A guidance ready to run, and its complete description. */
export interface ResolvedGuidance {
  readonly guidance: Guidance<string>
  /** Every option's default and every version filled in. */
  readonly spec: GuidanceSpec
  /** Name → version of each plug-in used. */
  readonly versions: Readonly<Record<string, string>>
  /** Names of those that are not neg's own: the record can't be drawn again without them. */
  readonly foreign: readonly string[]
}

/**
 * Builds the guidance that a recipe names; wrappers nest by `of`.
 * @throws `plugin-invalid` for names that clash, `guidance-unknown`, `guidance-option-invalid`, `guidance-order` (wrong number of inner guidances).
 */
export function resolveGuidance(spec: GuidanceSpec, own: readonly Plugin[] = []): ResolvedGuidance {
  checkPlugins(own)
  return resolved(spec, own)
}

function resolved(spec: GuidanceSpec, own: readonly Plugin[]): ResolvedGuidance {
  const plugin = findGuidance(spec.name, own)
  if (!plugin) {
    const names = guidancePlugins(own).map(({ name }) => name)
    throw new NegError('guidance-unknown', `There is no guidance named '${spec.name}'. ${namesHint(spec.name, names)}`)
  }
  if (spec.version !== undefined && spec.version !== plugin.version) {
    throw new NegError(
      'guidance-unknown',
      `The recipe asks for guidance '${spec.name}' version ${spec.version}; this is version ${plugin.version}.`,
    )
  }
  const inner = innerSpecs(plugin, spec).map((of) => resolved(of, own))
  const options = parseOptions(plugin, spec)
  const guidance = plugin.create(
    options as never,
    inner.map(({ guidance }) => guidance),
  )
  const roles = [...new Set([...(plugin.roles ?? []), ...(guidance.roles ?? [])])]
  return {
    guidance: plugin.roles ? { ...guidance, roles } : guidance,
    spec: {
      name: plugin.name,
      version: plugin.version,
      options: options as GuidanceSpec['options'],
      ...(inner.length > 0 ? { of: inner.map(({ spec }) => spec) } : {}),
    },
    versions: Object.assign({ [plugin.name]: plugin.version }, ...inner.map(({ versions }) => versions)),
    foreign: [...(isBuiltIn(plugin) ? [] : [plugin.name]), ...inner.flatMap(({ foreign }) => foreign)],
  }
}

/** The inner guidances of a wrapper; `general` where a wrapper of one is given none. */
function innerSpecs(plugin: AnyGuidancePlugin, spec: GuidanceSpec): readonly GuidanceSpec[] {
  const of = spec.of ?? []
  if (of.length === 0 && plugin.wraps === 1) return [{ name: 'general' }]
  if (of.length !== plugin.wraps) {
    throw new NegError(
      'guidance-order',
      `Guidance '${plugin.name}' wraps ${plugin.wraps} other guidance${plugin.wraps === 1 ? '' : 's'}; ` +
        `${of.length} given in 'of'${of.length > 0 ? ` (${of.map(({ name }) => name).join(', ')})` : ''}.`,
    )
  }
  return of
}

function parseOptions(plugin: AnyGuidancePlugin, spec: GuidanceSpec): unknown {
  try {
    return plugin.options.parse(spec.options ?? {})
  } catch (error) {
    if (NegError.isInstance(error)) throw error
    const issues = (error as { issues?: unknown[] }).issues
    const reason = issues ? refusal(error as Parameters<typeof refusal>[0]).message : String((error as Error).message)
    const known = Object.keys((plugin.options.toJSONSchema() as { properties?: object }).properties ?? {})
    throw new NegError(
      'guidance-option-invalid',
      `Guidance '${plugin.name}' refuses its options. ${reason}. ` +
        (known.length > 0 ? `Its options: ${known.join(', ')}.` : 'It has no options.'),
      { cause: error },
    )
  }
}

import { parseArgs } from 'node:util'
import { Refusal } from './refusal'
import { type Template, templates } from './templates'

/** What the command was asked. */
export interface Arguments {
  readonly folder?: string
  readonly template?: Template
  readonly help: boolean
  readonly version: boolean
}

/** The command's arguments. @throws {@link Refusal} for what is not understood */
export function readArguments(args: readonly string[]): Arguments {
  const { values, positionals } = parsed(args)
  if (positionals.length > 1) throw new Refusal(`One folder, not ${positionals.length}: ${positionals.join(', ')}.`)
  const [folder] = positionals
  return {
    ...(folder === undefined ? {} : { folder }),
    ...(values.template === undefined ? {} : { template: templateNamed(values.template) }),
    help: values.help ?? false,
    version: values.version ?? false,
  }
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        template: { type: 'string', short: 't' },
        help: { type: 'boolean', short: 'h' },
        version: { type: 'boolean', short: 'v' },
      },
      allowPositionals: true,
    })
  } catch (error) {
    throw new Refusal(`${(error as Error).message} --help says what there is.`)
  }
}

function templateNamed(name: string): Template {
  const found = templates.find((template) => template.name === name)
  if (found) return found
  throw new Refusal(`There is no template '${name}'. There are: ${templates.map((one) => one.name).join(', ')}.`)
}

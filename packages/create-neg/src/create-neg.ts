#!/usr/bin/env node
import { readArguments } from './arguments'
import { ask } from './ask'
import { create, version } from './create'
import { managerOf, nextSteps } from './next-steps'
import { Refusal } from './refusal'
import { templates } from './templates'

const help = `npm create neg [FOLDER] -- [--template NAME]

A project that draws with neg. With --template nothing is asked; FOLDER is neg-app by default.

${templates.map(({ name, summary }) => `  ${name.padEnd(7)} ${summary}`).join('\n')}
`

async function main(args: string[]): Promise<void> {
  const asked = readArguments(args)
  if (asked.help) return void process.stdout.write(help)
  if (asked.version) return void process.stdout.write(`${version()}\n`)
  if (!asked.template && !process.stdin.isTTY) {
    throw new Refusal(`Nobody is there to ask: say --template ${templates.map(({ name }) => name).join(' or ')}.`)
  }
  const [folder, template] = asked.template ? ([asked.folder ?? 'neg-app', asked.template] as const) : await ask(asked)
  create(folder, template)
  const manager = managerOf(process.env.npm_config_user_agent)
  process.stdout.write(`${folder}: ${template.summary}.\n\n${nextSteps(folder, template, manager)}`)
}

try {
  await main(process.argv.slice(2))
} catch (error) {
  if ((error as Error).name === 'AbortError') process.exitCode = 130
  else if (error instanceof Refusal) {
    process.stderr.write(`create-neg: ${error.message}\n`)
    process.exitCode = 2
  } else throw error
}

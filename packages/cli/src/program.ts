import { Command } from 'commander'
import { compareCommand } from './commands/compare'
import { doctorCommand } from './commands/doctor'
import { editCommand } from './commands/edit'
import { experimentCommand } from './commands/experiment'
import { generateCommand } from './commands/generate'
import { guidanceCommand } from './commands/guidance'
import { modelsCommand } from './commands/models'
import { probeCommand } from './commands/probe'
import { schedulersCommand } from './commands/schedulers'
import { serveCommand } from './commands/serve'
import { workerCommand } from './commands/worker'
import { version } from './version'

/** The whole command line; commands load what they need when they run. */
export function createProgram(): Command {
  const program = new Command('neg')
    .description('Text-to-image diffusion with guidance: what a picture should be, what it should not be, and when.')
    .version(version)
    .showSuggestionAfterError(true)
    .configureHelp({ showGlobalOptions: false })
  for (const command of [
    generateCommand(),
    editCommand(),
    modelsCommand(),
    schedulersCommand(),
    guidanceCommand(),
    compareCommand(),
    probeCommand(),
    experimentCommand(),
    doctorCommand(),
    serveCommand(),
    workerCommand(),
  ]) {
    program.addCommand(command)
  }
  // Errors are said by main(), in one form.
  for (const command of [program, ...program.commands]) {
    command.exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} })
  }
  return program
}

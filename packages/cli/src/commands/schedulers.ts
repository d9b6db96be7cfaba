import { Command } from 'commander'
import { collect } from '../arguments/collect'
import { collectKeyValue } from '../arguments/key-value'
import { parseWhole } from '../arguments/number'
import { refuseSwallowedOptions } from '../arguments/values'
import type { SchedulersFlags } from '../inventory/scheduler-list'
import { print } from '../output/print'

/** `neg schedulers [NAME]`: what schedulers there are, their options, and the timesteps and sigmas they give. */
export function schedulersCommand(): Command {
  const command = new Command('schedulers')
    .summary('lists schedulers: options, timesteps, sigmas')
    .description('Lists the schedulers, or says all about one: its options and the timesteps and sigmas it gives.')
    .argument('[name]', 'class name or alias')
    .option('--steps <number>', 'steps of the table; default 10', parseWhole('--steps', 1))
    .option('--scheduler-option <key=value>', 'an option of it (repeatable)', collectKeyValue('--scheduler-option'))
    .option('--model <folder>', 'whose scheduler_config.json it inherits; default the embedded model’s')
    .option('--plugin <module>', 'also those that a file, folder or package exports (repeatable)', collect)
    .option('--json', 'as JSON', false)
    .action(async (name: string | undefined, flags: SchedulersFlags) => {
      const { schedulersText } = await import('../inventory/scheduler-list')
      const { loadPlugins } = await import('../plugins/load-plugins')
      print(await schedulersText(name, flags, await loadPlugins(flags.plugin)), flags.json)
    })
  return refuseSwallowedOptions(command)
}

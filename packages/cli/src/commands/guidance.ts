import { Command } from 'commander'
import { collect } from '../arguments/collect'
import { print } from '../output/print'

/** `neg guidance [NAME]`: what guidances there are. */
export function guidanceCommand(): Command {
  return new Command('guidance')
    .summary('lists guidances: formula, options, source')
    .description('Lists the guidances, or says all about one.')
    .argument('[name]')
    .option('--plugin <module>', 'also those that a file, folder or package exports (repeatable)', collect)
    .option('--json', 'as JSON', false)
    .action(async (name: string | undefined, { json, plugin }: { json: boolean; plugin?: string[] }) => {
      const { guidanceText } = await import('../inventory/guidance-list')
      const { loadPlugins } = await import('../plugins/load-plugins')
      print(guidanceText(name, json, await loadPlugins(plugin)), json)
    })
}

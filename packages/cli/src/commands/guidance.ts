import { Command } from 'commander'

/** `neg guidance [NAME]`: what guidances there are. */
export function guidanceCommand(): Command {
  return new Command('guidance')
    .summary('lists guidances: formula, options, source')
    .description('Lists the guidances, or says all about one.')
    .argument('[name]')
    .option('--json', 'as JSON', false)
    .action(async (name: string | undefined, { json }: { json: boolean }) => {
      const { guidanceText } = await import('../inventory/guidance-list')
      process.stdout.write(guidanceText(name, json))
    })
}

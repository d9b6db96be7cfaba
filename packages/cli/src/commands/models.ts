import { Command } from 'commander'

/** `neg models`: what models are on this machine. */
export function modelsCommand(): Command {
  return new Command('models')
    .summary('lists the models that are here, and their sizes')
    .description('Lists the embedded model and those in the Hugging Face cache.')
    .option('--json', 'as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const { modelsText } = await import('../inventory/models')
      process.stdout.write(await modelsText(json))
    })
}

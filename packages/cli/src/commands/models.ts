import { Command } from 'commander'
import { print } from '../output/print'

/** `neg models`: what models are on this machine. */
export function modelsCommand(): Command {
  return new Command('models')
    .summary('lists the models that are here, and what they recommend')
    .description(
      'Lists the embedded model and those in the Hugging Face cache, with what each draws with where a recipe does not say. ' +
        'Of one model: all that it recommends (neg.json), with examples and the words that it knows.',
    )
    .argument('[model]', 'portraits, a model of the cache by its name, or a folder')
    .option('--json', 'as JSON', false)
    .action(async (model: string | undefined, { json }: { json: boolean }) => {
      const { modelsText, modelText } = await import('../inventory/models')
      print(model === undefined ? await modelsText(json) : await modelText(model, json), json)
    })
}

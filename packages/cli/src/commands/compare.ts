import { randomSeed } from '@neg/core'
import { Command } from 'commander'
import { attentionOption } from '../arguments/attention'
import { collect } from '../arguments/collect'
import { furtherModelOption } from '../arguments/further-models'
import { collectKeyValue } from '../arguments/key-value'
import { memoryOption } from '../arguments/memory'
import { modelFileOptions } from '../arguments/model-flags'
import { negativeCollector } from '../arguments/negatives'
import { parseNumber, parseWhole } from '../arguments/number'
import { refuse } from '../arguments/refuse'
import { roleCollector, roleOptions } from '../arguments/roles'
import { parseSeeds } from '../arguments/seeds'
import { refuseSwallowedOptions } from '../arguments/values'
import type { CompareFlags } from '../compare/compare-flags'

const examples = `
  neg compare "a professional office woman" --negative glasses --guidance general,perp-neg,sld --seed 1-4
  neg compare "a wizard" --negative beard --guidance negative-prompt,apg --guidance-option apg.eta=0.5 --out apg/
`

function parseNames(text: string): string[] {
  const names = text.split(',').map((name) => name.trim())
  if (names.some((name) => name === '')) throw refuse('--guidance', 'must be names with commas between them', text)
  return [...new Set(names)]
}

/** `neg compare`: the same seeds under several guidances. */
export function compareCommand(): Command {
  const [dtype, revision, subfolder, file, configs, lora, embedding, loras, embeddings] = modelFileOptions()
  const negatives = negativeCollector()
  const roles = roleCollector()
  const [role, roleScale, roleWindow] = roleOptions(roles)
  const command = new Command('compare')
    .summary('draws the same seeds under several guidances')
    .description(
      'Draws PROMPT with every guidance and every seed, beside the picture without the negatives: a labelled sheet, and what ' +
        'each cost, how far it went from that picture, and, by the model’s judge, whether the negative is gone and how much of ' +
        'everything else is as it was.',
    )
    .argument('<prompt>', 'what the picture should be')
    .option('--negative <text>', 'what it should not be (repeatable)', (text) => negatives.negative(text))
    .option('--negative-scale <number>', 'how strongly; default (scale − 1) / number of negatives', (text) =>
      negatives.scale(text),
    )
    .option('--negative-window <from-to>', 'when, in fractions of the run, or a preset; default always', (text) =>
      negatives.window(text),
    )
    .requiredOption('--guidance <names>', 'guidances, with commas between them: neg guidance lists them', parseNames)
    .option(
      '--guidance-option <name.key=value>',
      'an option of one of them (repeatable)',
      collectKeyValue('--guidance-option'),
    )
    .addOption(role)
    .addOption(roleScale)
    .addOption(roleWindow)
    .option('--plugin <module>', 'a file, folder or package that exports guidances or schedulers (repeatable)', collect)
    .option('--seed <seeds>', 'a number, a list 1,2,3 or a range 1-8; default a random one', parseSeeds)
    .option('--scale <number>', 'guidance scale', parseNumber('--scale'))
    .option(
      '--distilled-scale <number>',
      'what a guidance-distilled network (LCM) is told; --scale is then true guidance',
      parseNumber('--distilled-scale'),
    )
    .option('--steps <number>', 'scheduler steps', parseWhole('--steps', 1))
    .option('--scheduler <name>', 'scheduler: neg schedulers lists them; default the model’s')
    .option('--model <model>', 'an ONNX folder or a Hugging Face id; default the embedded model')
    .addOption(dtype)
    .addOption(revision)
    .addOption(subfolder)
    .addOption(file)
    .addOption(configs)
    .addOption(lora)
    .addOption(embedding)
    .addOption(loras)
    .addOption(embeddings)
    .addOption(furtherModelOption())
    .option('--device <name>', 'auto, cpu, cuda, webgpu', 'auto')
    .addOption(attentionOption())
    .addOption(memoryOption())
    .option('--out <folder>', 'for comparison.png and comparison.json; default neg-compare')
    .option('--json', 'the figures and records on standard output as JSON, nothing else there', false)
    .addHelpText('after', examples)
  command.action(
    async (
      prompt: string,
      { seed, ...options }: Omit<CompareFlags, 'prompt' | 'negatives' | 'roles' | 'seeds'> & { seed?: string[] },
    ) => {
      const { runCompare } = await import('../compare/run-compare')
      await runCompare({
        ...options,
        prompt,
        negatives: negatives.flags(),
        roles: roles.flags(),
        seeds: seed ?? [randomSeed()],
      })
    },
  )
  return refuseSwallowedOptions(command)
}

import { Command } from 'commander'
import { attentionOption } from '../arguments/attention'
import { parseChoice } from '../arguments/choice'
import { memoryOption } from '../arguments/memory'
import { refuseSwallowedOptions } from '../arguments/values'
import { sizes } from '../experiment/experiment'
import type { ExperimentFlags } from '../experiment/run-experiment'

const help = `
  delay               when attention first finds the right place: as positive word, as negative
  strength            r_t of nouns and adjectives over time, at several numbers of steps
  window              removal against where a negative's window starts and ends
  local-edit          a negative on a window against always on: removal, closeness to the picture without it
  reverse-activation  whether an early negative makes the very thing; inducing effect, momentum
  neutralization      whether what a negative takes away at one step is the thing that it removes
  all                 all of them

Pairs × seeds × steps: smallest 1 × 1 × 4, quick 4 × 3 × 20 (minutes), full 10 × 10 × 20 (an hour and more). Results are
kept in the folder as they come; the same command goes on where it was cut off.

Guidance (classifier-free at scale 5, or one that watches it) and the model's scheduler are part of what is looked for, so no
--plugin is taken here. A guidance of your own is measured by neg compare --plugin, a scheduler by neg probe --plugin.
`

/** `neg experiment`: the article's findings, looked for on the embedded model. */
export function experimentCommand(): Command {
  const command = new Command('experiment')
    .summary('looks for the published findings on negative prompts')
    .description('Looks for what Ban et al. (ECCV 2024) found on negative prompts, on the embedded model.')
    .argument('<name>', 'which, as listed below')
    .option('--size <size>', sizes.join(', '), parseChoice('--size', sizes), 'quick')
    .option('--out <folder>', 'for reports (JSON), figures (SVG) and results; default neg-experiment-SIZE')
    .option('--device <name>', 'auto, cpu, cuda, webgpu', 'auto')
    .addOption(attentionOption())
    .addOption(memoryOption())
    .addHelpText('after', help)
  command.action(async (name: string, options: Omit<ExperimentFlags, 'name'>) => {
    const { runExperiment } = await import('../experiment/run-experiment')
    await runExperiment({ ...options, name })
  })
  return refuseSwallowedOptions(command)
}

import { randomSeed } from '@neg/core'
import { Command } from 'commander'
import { attentionOption } from '../arguments/attention'
import { collect } from '../arguments/collect'
import { memoryOption } from '../arguments/memory'
import { modelFileOptions } from '../arguments/model-flags'
import { parseNumber, parseWhole } from '../arguments/number'
import { refuse } from '../arguments/refuse'
import { parseSeeds } from '../arguments/seeds'
import { refuseSwallowedOptions } from '../arguments/values'
import type { ProbeFlags } from '../probe/probe-flags'

const examples = `
  neg probe "a professional office woman" --negative glasses --seed 1
  neg probe "a pirate, beach" --negative "eye patch" --against pirate --apply --out pirate/
`

function oneSeed(text: string): string {
  const seeds = parseSeeds(text)
  if (seeds.length > 1) throw refuse('--seed', 'of a probe is one seed', text)
  return seeds[0]
}

/** `neg probe`: when and how a negative acts on a prompt. */
export function probeCommand(): Command {
  const [dtype, revision, subfolder, file, configs, lora, embedding, loras, embeddings] = modelFileOptions()
  const command = new Command('probe')
    .summary('shows when and how a negative acts')
    .description(
      'Draws PROMPT with the negative always on, watches cross-attention, and says how strongly the negative acted at every ' +
        'step (r_t), and where. Then draws without the negative and with it in a few windows (attention’s, ban2024, the ' +
        'first 0.4, the model’s own), and suggests the one that removes it with the least change.',
    )
    .argument('<prompt>', 'what the picture should be')
    .requiredOption('--negative <text>', 'what it should not be')
    .option('--word <text>', 'the word of the negative that is watched; default all of it')
    .option('--against <word>', 'the word of the prompt to compare with; default the one whose attention overlaps most')
    .option(
      '--encoder <part>',
      'whose tokens are watched where a model attends to several encoders’ (Stable Diffusion 3: text_encoder_3 is T5); default the first',
    )
    .option('--scale <number>', 'guidance scale', parseNumber('--scale'))
    .option(
      '--distilled-scale <number>',
      'what a guidance-distilled network (LCM) is told; --scale is then true guidance',
      parseNumber('--distilled-scale'),
    )
    .option('--steps <number>', 'scheduler steps', parseWhole('--steps', 1))
    .option('--scheduler <name>', 'scheduler: neg schedulers lists them; default the model’s')
    .option('--plugin <module>', 'a file, folder or package whose schedulers may be named (repeatable)', collect)
    .option('--seed <number>', 'default random', oneSeed)
    .option('--model <folder>', 'a diffusers or Optimum ONNX folder; default the embedded model')
    .addOption(dtype)
    .addOption(revision)
    .addOption(subfolder)
    .addOption(file)
    .addOption(configs)
    .addOption(lora)
    .addOption(embedding)
    .addOption(loras)
    .addOption(embeddings)
    .option('--device <name>', 'auto, cpu, cuda, webgpu', 'auto')
    .addOption(attentionOption())
    .addOption(memoryOption())
    .option('--out <folder>', 'for probe.json, strength.svg, attention.png and the pictures; default neg-probe-SEED')
    .option('--apply', 'also write the picture of the suggested window, as applied.png', false)
    .option('--json', 'the report on standard output as JSON, nothing else there', false)
    .addHelpText('after', examples)
  command.action(
    async (prompt: string, { seed, ...options }: Omit<ProbeFlags, 'prompt' | 'seed'> & { seed?: string }) => {
      const { runProbe } = await import('../probe/run-probe')
      await runProbe({ ...options, prompt, seed: seed ?? randomSeed() })
    },
  )
  return refuseSwallowedOptions(command)
}

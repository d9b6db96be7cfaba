import { Command } from 'commander'
import { attentionOption } from '../arguments/attention'
import { collect } from '../arguments/collect'
import { memoryOption } from '../arguments/memory'
import { controlnetOption, modelFileOptions } from '../arguments/model-flags'
import { parseNumber, parseWhole } from '../arguments/number'
import { refuseSwallowedOptions } from '../arguments/values'
import type { WorkerFlags } from '../serve/serve-flags'

/** `neg worker`: draws what `neg serve --redis` takes in. */
export function workerCommand(): Command {
  const [dtype, revision, subfolder, file, configs, lora, embedding, loras, embeddings] = modelFileOptions()
  const command = new Command('worker')
    .summary('draws the jobs of a server with --redis')
    .description('Takes jobs from Redis and draws them; start as many as there are devices. Model as of the server.')
    .requiredOption('--redis <url>', 'redis://HOST:PORT, or rediss:// with TLS')
    .option('--prefix <name>', 'as of the server', 'neg')
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
    .addOption(controlnetOption())
    .option('--device <name>', 'auto, cpu, cuda, webgpu', 'auto')
    .addOption(attentionOption())
    .addOption(memoryOption())
    .option(
      '--plugin <module>',
      'as of the server: a module whose guidances and schedulers jobs may name (repeatable)',
      collect,
    )
    .option('--mix-pictures', 'put several jobs’ pictures into one network call', false)
    .option(
      '--concurrency <jobs>',
      'jobs drawn at a time; default 1, or 4 with mixed pictures',
      parseWhole('--concurrency', 1),
    )
    .option('--data <folder>', 'keep results in this folder, which server and workers share; default in Redis')
    .option('--keep <hours>', 'how long results are kept', parseNumber('--keep'), 24)
    .option(
      '--lock <seconds>',
      'after how long without a sign of life a worker counts as lost',
      parseNumber('--lock'),
      60,
    )
    .option('--drain <seconds>', 'how long jobs may take to end when it stops', parseNumber('--drain'), 30)
    .action(async (flags: WorkerFlags) => {
      const { work } = await import('../serve/work')
      await work(flags)
    })
  return refuseSwallowedOptions(command)
}

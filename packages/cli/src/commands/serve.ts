import { Command } from 'commander'
import { attentionOption } from '../arguments/attention'
import { collect } from '../arguments/collect'
import { memoryOption } from '../arguments/memory'
import { controlnetOption, modelFileOptions } from '../arguments/model-flags'
import { parseNumber, parseWhole } from '../arguments/number'
import { refuseSwallowedOptions } from '../arguments/values'
import type { ServeFlags } from '../serve/serve-flags'

const examples = `
  neg serve                                            this machine only, the embedded model
  neg serve --model ./sdxl-onnx --device cuda --data ./results
  neg serve --new-token ada >> tokens.json             a token for another machine
  neg serve --host 0.0.0.0 --allow-host gpu.local --tokens tokens.json
  neg serve --redis redis://127.0.0.1 & neg worker --redis redis://127.0.0.1

Stops on SIGTERM or Ctrl-C: jobs that run are ended first, what waits is kept (--data, --redis).
`

/** `neg serve`: jobs over HTTP. */
export function serveCommand(): Command {
  const [dtype, revision, subfolder, file, configs, lora, embedding, loras, embeddings] = modelFileOptions()
  const command = new Command('serve')
    .summary('serves jobs over HTTP')
    .description('Draws for others: jobs over HTTP with live progress. docs/server.md has the API.')
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
      'a file, folder or package whose guidances and schedulers jobs may name (repeatable)',
      collect,
    )
    .option('--mix-pictures', 'put several jobs’ pictures into one network call', false)
    .option(
      '--concurrency <jobs>',
      'jobs drawn at a time; default 1, or 4 with mixed pictures',
      parseWhole('--concurrency', 1),
    )
    .optionsGroup('Where:')
    .option('--port <number>', 'port to listen on; 0 for any', parseWhole('--port', 0, 1, 65_535), 8787)
    .option('--host <address>', 'address to listen on; others than loopback want --tokens', '127.0.0.1')
    .optionsGroup('For whom:')
    .option('--tokens <file>', 'JSON: who may use it; also NEG_SERVER_TOKEN, one token')
    .option('--new-token <name>', 'draw a token, print it with its entry for that file, and exit')
    .option('--insecure', 'allow other addresses without tokens', false)
    .option('--allow-host <name>', 'a name by which it is called (repeatable)', collect)
    .option('--cors <origin>', 'an origin whose pages may use it (repeatable)', collect)
    .optionsGroup('Jobs:')
    .option('--queue <jobs>', 'the most that may wait or run', parseWhole('--queue', 1), 256)
    .option('--keep <hours>', 'how long results are kept', parseNumber('--keep'), 24)
    .option('--data <folder>', 'keep results here, and waiting jobs while the server is down')
    .option('--redis <url>', 'queue on Redis: neg worker draws, on as many machines as wanted')
    .option('--prefix <name>', 'apart from others on the same Redis', 'neg')
    .option('--drain <seconds>', 'how long jobs may take to end when it stops', parseNumber('--drain'), 30)
    .optionsGroup('Single networks:')
    .option('--no-tensors', 'without the Open Inference Protocol (/v2) for the model’s networks')
    .optionsGroup('Log (one JSON line a request, standard error):')
    .option('--quiet', 'no log', false)
    .option('--log-prompts', 'prompts in the log', false)
    .addHelpText('after', examples)
    .action(async (flags: ServeFlags) => {
      const { serve } = await import('../serve/serve')
      await serve(flags)
    })
  return refuseSwallowedOptions(command)
}

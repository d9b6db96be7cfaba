import { denoiserParts } from '@neg/onnx/internal'
import { Command } from 'commander'
import { controlnetOption, type ModelFlags, modelFileOptions } from '../arguments/model-flags'
import { parseWhole } from '../arguments/number'
import { refuse } from '../arguments/refuse'
import { print } from '../output/print'

interface DoctorFlags extends ModelFlags {
  readonly json: boolean
  readonly remote?: string
  readonly grpc?: string
  readonly token?: string
  readonly remoteModel: string
  readonly width?: number
  readonly height?: number
  readonly steps: number
}

/** What is said of a model. */
const ofModel = ['device', 'dtype', 'revision', 'subfolder', 'file', 'configs'] as const

/** `neg doctor`: what runs here or on a server, why something does not, and the command that mends it. */
export function doctorCommand(): Command {
  const [dtype, revision, subfolder, file, configs, lora, embedding, loras, embeddings] = modelFileOptions()
  return new Command('doctor')
    .summary('says what runs here or on a server, and what mends what does not')
    .description(
      'Checks Node, ONNX Runtime, devices and the embedded model; with --model, a model too; with --remote, an inference server ' +
        'instead. Exit code 1 if no picture can be drawn.',
    )
    .option('--json', 'as JSON', false)
    .optionsGroup('A model:')
    .option(
      '--model <model>',
      'a folder, or an id of the Hub: what of it is recognised, what is missing, what mends it, and how its attention is computed',
    )
    .option('--device <name>', 'with --model: auto, cpu, cuda, webgpu; default auto')
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
    .optionsGroup('A server (Triton, KServe, MLServer, neg):')
    .option('--remote <url>', 'its HTTP address: what it is, has and costs')
    .option('--grpc <url>', 'its gRPC address, such as grpc://127.0.0.1:8001')
    .option('--token <token>', 'sent to it; default NEG_TOKEN')
    .option('--remote-model <name>', 'its name of the denoiser', denoiserParts[0])
    .option('--width <pixels>', 'of the picture to measure with', parseWhole('--width', 8))
    .option('--height <pixels>', 'default as its width', parseWhole('--height', 8))
    .option('--steps <count>', 'steps to measure by each transport', parseWhole('--steps', 1), 5)
    .action(async (flags: DoctorFlags) => {
      const { json } = flags
      if (flags.remote !== undefined || flags.grpc !== undefined) {
        const local = (['model', ...ofModel] as const).find((name) => flags[name] !== undefined)
        if (local)
          throw refuse(`--${local}`, 'is about this machine, and --remote about a server', JSON.stringify(flags[local]))
        const { ready, text } = await remote(flags)
        print(text, json)
        if (!ready) process.exitCode = 1
        return
      }
      const alone = (['token', 'width', 'height'] as const).find((name) => flags[name] !== undefined)
      if (alone) throw refuse(`--${alone}`, 'is about a server: give its address with --remote', String(flags[alone]))
      const without = flags.model === undefined ? ofModel.find((name) => flags[name] !== undefined) : undefined
      if (without)
        throw refuse(`--${without}`, 'says how a model is tried: name it with --model', JSON.stringify(flags[without]))
      const { diagnose, doctorText } = await import('../inventory/doctor')
      const diagnosis = await diagnose(flags)
      print(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : doctorText(diagnosis), json)
      if (!diagnosis.ready) process.exitCode = 1
    })
}

async function remote({ json, remote: url, grpc: grpcUrl, remoteModel: model, steps, ...flags }: DoctorFlags) {
  const [{ diagnoseRemote }, { remoteDoctorText }] = await Promise.all([
    import('../inventory/doctor-remote'),
    import('../inventory/doctor-remote-text'),
  ])
  const { token = process.env.NEG_TOKEN } = flags
  const [width, height] = [flags.width ?? flags.height, flags.height ?? flags.width]
  const size = width === undefined || height === undefined ? undefined : { width, height }
  const diagnosis = await diagnoseRemote({ url, grpcUrl, token, model, size, steps })
  return {
    ready: diagnosis.ready,
    text: json ? `${JSON.stringify(diagnosis, null, 2)}\n` : remoteDoctorText(diagnosis),
  }
}

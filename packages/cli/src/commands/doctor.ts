import { Command } from 'commander'

/** `neg doctor`: what runs here, why something does not, and the command that mends it. */
export function doctorCommand(): Command {
  return new Command('doctor')
    .summary('says what runs here, and what mends what does not')
    .description('Checks Node, ONNX Runtime, devices and the embedded model. Exit code 1 if no picture can be drawn.')
    .option('--json', 'as JSON', false)
    .action(async ({ json }: { json: boolean }) => {
      const { diagnose, doctorText } = await import('../inventory/doctor')
      const diagnosis = await diagnose()
      process.stdout.write(json ? `${JSON.stringify(diagnosis, null, 2)}\n` : doctorText(diagnosis))
      if (!diagnosis.ready) process.exitCode = 1
    })
}

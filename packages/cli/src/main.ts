import { NegError } from '@neg/core'
import { CommanderError } from 'commander'
import { describeError } from './output/describe-error'
import { exitCode, exitCodeOf } from './output/exit-code'
import { usageError } from './output/usage-error'
import { createProgram } from './program'

/**
 * Runs the command line.
 * @param argv Arguments after `node` and the script.
 * @returns The exit code: 0 done, 2 bad usage, 1 failure, 130 interrupted.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const program = createProgram()
  try {
    if (argv.length === 0) {
      process.stderr.write(program.helpInformation())
      return exitCode.usage
    }
    await program.parseAsync([...argv], { from: 'user' })
    // A command that ends well may have found that something else does not.
    return Number(process.exitCode ?? exitCode.done)
  } catch (caught) {
    if (caught instanceof CommanderError && caught.exitCode === 0) return exitCode.done
    const error = caught instanceof CommanderError ? usageError(caught) : caught
    process.stderr.write(`${describeError(error, Boolean(process.env.NEG_DEBUG))}\n`)
    return exitCodeOf(NegError.isInstance(error) ? error : caught)
  }
}

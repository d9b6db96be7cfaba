/** What is written to. */
interface Output {
  on(event: 'error', listener: (error: NodeJS.ErrnoException) => void): unknown
}

/**
 * Whoever reads a pipe may stop at any line (`neg schedulers | head`): the rest is then written to nobody, and pictures are
 * still drawn. Anything else that keeps output from being written (a full disk) is said, and ends the command.
 */
export function mindClosedPipes(
  outputs: readonly Output[],
  fail: (message: string) => void = (message) => {
    process.stderr.write(`${message}\n`)
    process.exit(1)
  },
): void {
  for (const output of outputs) {
    output.on('error', (error) => {
      if (error.code !== 'EPIPE') fail(`neg: write-failed: The output cannot be written: ${error.message}.`)
    })
  }
}

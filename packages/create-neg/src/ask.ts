import { createInterface } from 'node:readline/promises'
import { type Template, templates } from './templates'

/** Asks for what was not given. */
export async function ask(given: { folder?: string; template?: Template }): Promise<[folder: string, Template]> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  const stop = new AbortController()
  // Without this an end of the input would leave the question open for ever.
  terminal.once('close', () => stop.abort())
  const question = (text: string) => terminal.question(text, { signal: stop.signal })
  try {
    const folder = given.folder ?? ((await question('Folder (neg-app): ')).trim() || 'neg-app')
    let { template } = given
    if (!template) process.stdout.write(`${templates.map(line).join('\n')}\n`)
    while (!template) {
      const answer = (await question(`Template (1 to ${templates.length}, or its name): `)).trim()
      template = templates.find(({ name }, i) => answer === name || answer === String(i + 1))
    }
    return [folder, template]
  } finally {
    terminal.close()
  }
}

const line = ({ name, summary }: Template, i: number) => `  ${i + 1}  ${name.padEnd(7)} ${summary}`

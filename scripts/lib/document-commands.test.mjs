import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProgram } from '../../packages/cli/src/program'
import { commandsOf } from './document-commands.mjs'
import { root } from './workspace.mjs'

test('command lines are found with their words, whatever stands before and behind', () => {
  const text = [
    '```sh',
    'neg serve   # for others',
    'NEG_TOKEN=x npx neg doctor --json | head',
    `npm start -- "a pirate" --negative 'eye patch' \\`,
    '  --seed 1',
    'npm test',
    '```',
    'neg is no command here',
  ].join('\n')
  expect(commandsOf(text)).toEqual([
    ['serve'],
    ['doctor', '--json'],
    ['generate', 'a pirate', '--negative', 'eye patch', '--seed', '1'],
  ])
})

const documents = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
})
  .toString()
  .split('\0')
  .filter((path) => path !== '' && !path.startsWith('fixtures/') && existsSync(join(root, path)))
const lines = documents.flatMap((path) =>
  commandsOf(readFileSync(join(root, path), 'utf8')).map((words) => [path, words.join(' '), words]),
)

test('there are command lines', () => expect(lines.length).toBeGreaterThan(20))

/** The command line as it is, but for what its commands do. */
function parser() {
  const program = createProgram()
  for (const command of program.commands) command.action(() => {})
  return program
}

test.each(lines)('%s: neg %s', async (_, __, words) => {
  // What the reader is to fill in.
  const filled = words.filter((word) => word !== '…' && word !== '...')
  try {
    await parser().parseAsync(filled, { from: 'user' })
  } catch (error) {
    // --help and --version end it.
    if (error.exitCode !== 0) throw error
  }
})

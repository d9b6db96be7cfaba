import { afterEach, expect, test, vi } from 'vitest'
import { createProgram } from '../program'

afterEach(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  process.exitCode = undefined
})

/** What a command prints to a terminal of so many columns; 0: to a file. */
async function printed(command: readonly string[], columns: number): Promise<string> {
  const { stdout } = process
  let text = ''
  const before = [stdout.isTTY, stdout.columns] as const
  vi.spyOn(stdout, 'write').mockImplementation((chunk) => {
    text += chunk
    return true
  })
  try {
    Object.assign(stdout, { isTTY: columns > 0, columns })
    await createProgram().parseAsync(command, { from: 'user' })
  } finally {
    Object.assign(stdout, { isTTY: before[0], columns: before[1] })
    vi.restoreAllMocks()
  }
  return text
}

const words = (text: string) => text.split(/\s+/).filter(Boolean)

test.each([[['models']], [['models', 'portraits']], [['doctor']], [['guidance']], [['schedulers']]])(
  'neg %j is as wide as the terminal, and says the same as to a file',
  async (command) => {
    const [whole, narrow] = [await printed(command, 0), await printed(command, 60)]
    expect(whole.split('\n').some((line) => line.length > 60)).toBe(true)
    for (const line of narrow.split('\n')) expect(line.length <= 60 || words(line).length === 1, line).toBe(true)
    expect(words(narrow)).toEqual(words(whole))
  },
)

test('JSON is left as it is', async () => {
  const [whole, narrow] = [await printed(['models', '--json'], 0), await printed(['models', '--json'], 60)]
  expect(narrow).toBe(whole)
})

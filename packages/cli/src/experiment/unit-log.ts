import { appendFile, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Json, NegError } from '@neg/core'
import { makeFolder } from '@neg/node/internal'

/** What the results in a log are of: a log of something else is not resumed. */
export interface LogHead {
  readonly experiment: string
  readonly size: string
  readonly model: string
  readonly neg: string
}

/** Results of units that are done, and the time they took. */
export interface UnitLog {
  readonly done: ReadonlyMap<string, Json>
  /** Milliseconds of all units. */
  readonly ms: number
  add(key: string, result: Json, ms: number): Promise<void>
}

/** The lines of a log; a last line that was cut off in the middle is left out. */
function linesOf(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line)]
    } catch {
      return []
    }
  })
}

/**
 * Opens a log of results, one line of JSON each, to go on where it was cut off.
 * @throws `option-invalid` for a log of another experiment, size, model or version
 */
export async function openUnitLog(file: string, head: LogHead): Promise<UnitLog> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw new NegError('read-failed', `${file} cannot be read: ${error.code}.`, { where: file, cause: error })
  })
  const [first, ...rest] = linesOf(text) as [LogHead?, ...{ key: string; ms: number; result: Json }[]]
  if (first && JSON.stringify(first) !== JSON.stringify(head)) {
    throw new NegError(
      'option-invalid',
      `${file} holds results of ${first.experiment} (size ${first.size}, model ${first.model}, neg ${first.neg}); ` +
        `these are ${head.experiment} (size ${head.size}, model ${head.model}, neg ${head.neg}). Delete it, or name another folder with --out.`,
      { where: '--out' },
    )
  }
  await makeFolder(dirname(file))
  // Written anew, so that a line that was cut off does not spoil the next.
  await writeFile(file, [head, ...rest].map((line) => `${JSON.stringify(line)}\n`).join(''))
  const done = new Map(rest.map(({ key, result }) => [key, result]))
  let total = rest.reduce((sum, { ms }) => sum + ms, 0)
  return {
    done,
    get ms() {
      return total
    },
    async add(key, result, ms) {
      await appendFile(file, `${JSON.stringify({ key, ms: Math.round(ms), result })}\n`)
      done.set(key, result)
      total += ms
    },
  }
}

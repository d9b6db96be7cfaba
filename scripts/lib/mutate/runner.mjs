import { execFileSync, fork } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { root } from '../workspace.mjs'

/** Memory of all processes below one, in bytes. */
function memoryBelow(pid) {
  const rows = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,rss='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
  const own = new Set([pid])
  let bytes = 0
  for (let grew = true; grew; ) {
    grew = false
    for (const [id, parent, kilobytes] of rows) {
      if (own.has(id) || !own.has(parent)) continue
      own.add(id)
      bytes += kilobytes * 1024
      grew = true
    }
  }
  return bytes
}

/** A process's next answer; or, in `stopped`, why there is none: `time`, `memory` or `crash`. */
function answerOf(child, { time, memory }) {
  return new Promise((resolve) => {
    const end = (answer) => {
      clearTimeout(timer)
      clearInterval(watch)
      child.off('exit', exited)
      child.off('message', end)
      resolve(answer)
    }
    const exited = () => end({ stopped: 'crash' })
    const timer = setTimeout(() => end({ stopped: 'time' }), time)
    const watch = setInterval(() => memoryBelow(child.pid) > memory && end({ stopped: 'memory' }), 500)
    child.once('exit', exited)
    child.once('message', end)
  })
}

/**
 * Runs tests over a set of mutants in a process group of its own, which is killed where a mutant takes too long or too
 * much memory, and started anew for the next one.
 * @param {readonly import('./mutants.mjs').Mutant[]} mutants
 * @param {Readonly<Record<string, string>>} sources The text of their files, as the mutants were made of it.
 * @param {{ memory: number, packages: readonly string[] }} options Memory in bytes; whose unit tests.
 */
export function mutantRunner(mutants, sources, { memory, packages }) {
  const folder = mkdtempSync(join(tmpdir(), 'neg-mutants-'))
  const [list, on, reached] = ['mutants.json', 'on', 'reached.jsonl'].map((name) => join(folder, name))
  writeFileSync(list, JSON.stringify({ mutants, sources, packages }))
  writeFileSync(on, '')
  writeFileSync(reached, '')
  let child

  const kill = () => {
    try {
      if (child) process.kill(-child.pid, 'SIGKILL')
    } catch {
      // It is gone already.
    }
    child = undefined
  }
  const close = () => {
    kill()
    rmSync(folder, { recursive: true, force: true })
  }
  process.once('exit', close)
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))

  const start = async () => {
    child = fork(fileURLToPath(new URL('./worker.mjs', import.meta.url)), [], {
      cwd: root,
      detached: true,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      env: { ...process.env, NEG_MUTANTS: list, NEG_MUTANT_ON: on, NEG_MUTANTS_REACHED: reached },
    })
    const { stopped } = await answerOf(child, { time: 120_000, memory: Number.POSITIVE_INFINITY })
    if (stopped) throw new Error(`The process that runs the tests did not start: ${stopped}.`)
  }

  return {
    /**
     * What tests say with a mutant on, none for `''`: `{ failed, unhandled, durations }`; or `{ stopped }`.
     * @param {string} mutant Its key.
     * @param {readonly string[] | undefined} files Default all.
     * @param {number} time In milliseconds.
     */
    async run(mutant, files, time) {
      if (!child) await start()
      child.send({ mutant, files })
      const answer = await answerOf(child, { time, memory })
      if (answer.stopped) kill()
      return answer
    },
    /** Which mutants each test file reached in the run without one: file → keys. */
    reached() {
      const lines = readFileSync(reached, 'utf8').split('\n').filter(Boolean)
      return new Map(lines.map((line) => JSON.parse(line)).map(({ file, reached }) => [file, new Set(reached)]))
    },
    close,
  }
}

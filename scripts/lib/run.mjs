import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { root } from './workspace.mjs'

/** A script or binary that npm linked into node_modules/.bin. */
export const bin = (name) => join(root, 'node_modules', '.bin', name)

/**
 * Runs a command to its end and gives its exit code (128 + n for a signal's death).
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options] Default: in the repository, its output ours.
 * @returns {Promise<number>}
 */
export function run(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'inherit', 'inherit'], ...options })
    child.on('error', (error) => {
      process.stderr.write(`${command} could not be started: ${error.message}\n`)
      resolve(127)
    })
    child.on('close', (code, signal) => resolve(signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : (code ?? 1)))
  })
}

/** Runs a command, keeps what it says and gives it with the exit code. */
export async function capture(command, args, options = {}) {
  let output = ''
  const code = await new Promise((resolve) => {
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options })
    child.stdout.on('data', (chunk) => (output += chunk))
    child.stderr.on('data', (chunk) => (output += chunk))
    child.on('error', (error) => {
      output += `${command} could not be started: ${error.message}\n`
      resolve(127)
    })
    child.on('close', (code) => resolve(code ?? 1))
  })
  return { code, output }
}

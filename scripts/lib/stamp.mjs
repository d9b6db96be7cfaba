import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { root } from './workspace.mjs'

const file = join(root, 'node_modules', '.cache', 'neg', 'stamps.json')

function all() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return {} // none yet, or cut short: what it would have said is found out anew
  }
}

/** What was written down when something was last done. */
export const readStamp = (name) => all()[name]

/** Writes down that something was done, in a place that goes when node_modules goes. */
export function writeStamps(stamps) {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify({ ...all(), ...stamps }, null, 1))
}

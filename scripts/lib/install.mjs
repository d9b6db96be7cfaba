import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture } from './run.mjs'
import { readStamp, writeStamps } from './stamp.mjs'
import { root } from './workspace.mjs'

/**
 * Whether what npm says it installed (node_modules/.package-lock.json) is what the lock asks for. Entries for other
 * platforms are optional and may be missing.
 */
export function installedMatches(lock, installed) {
  return Object.entries(lock.packages).every(([path, wanted]) => {
    if (path === '' || !path.includes('node_modules')) return true
    const found = installed.packages[path]
    if (!found) return wanted.optional === true || wanted.peer === true
    return found.version === wanted.version && found.integrity === wanted.integrity && found.link === wanted.link
  })
}

function upToDate(lockText) {
  const hidden = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(hidden)) return false
  return installedMatches(JSON.parse(lockText), JSON.parse(readFileSync(hidden, 'utf8')))
}

/**
 * Installs what package-lock.json asks for, if node_modules does not hold it yet.
 * @throws with npm's own words when npm fails.
 */
export async function ensureInstalled(say) {
  const lockText = readFileSync(join(root, 'package-lock.json'), 'utf8')
  const digest = createHash('sha256').update(lockText).digest('hex')
  if (readStamp('install') === digest && existsSync(join(root, 'node_modules', '.bin'))) return
  if (!upToDate(lockText)) {
    say('Installing (npm ci) …')
    const { code, output } = await capture('npm', ['ci', '--no-audit', '--no-fund'])
    if (code !== 0) throw new Error(`npm ci failed (exit ${code}).\n${output.trim()}`)
  }
  writeStamps({ install: digest })
}

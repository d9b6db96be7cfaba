import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The command as npm links it; it runs what was built. */
export const bin = fileURLToPath(new URL('../bin/neg.mjs', import.meta.url))

/** What a command said and ended with. */
export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A folder of its own that goes after the work, where the built `neg` runs as a process. */
export async function inFolder(work: (neg: Neg) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'neg-cli-'))
  const neg: Neg = {
    folder,
    path: (...parts) => join(folder, ...parts),
    run: (...args) => runIn(folder, args),
    files: () => readdirSync(folder, { recursive: true }).map(String).sort(),
  }
  try {
    await work(neg)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export interface Neg {
  readonly folder: string
  path(...parts: string[]): string
  run(...args: string[]): Promise<Outcome>
  /** Every file and folder below the folder. */
  files(): string[]
}

function runIn(cwd: string, args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', (chunk) => (stdout += chunk))
    child.stderr.on('data', (chunk) => (stderr += chunk))
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? -1, stdout, stderr }))
  })
}

import { readdirSync, readFileSync } from 'node:fs'
import { arch, availableParallelism, platform } from 'node:os'

/** Cores as the kernel groups them: threads of one core list the same siblings. */
function linuxCores(): number | undefined {
  const root = '/sys/devices/system/cpu'
  try {
    const cpus = readdirSync(root).filter((name) => /^cpu\d+$/.test(name))
    const cores = cpus.map((cpu) => readFileSync(`${root}/${cpu}/topology/thread_siblings_list`, 'utf8').trim())
    return new Set(cores).size || undefined
  } catch {
    return undefined
  }
}

/**
 * Cores to compute on: physical ones (a second thread on a core slows matrix products down), and never more than this
 * process may use. Where the system doesn't tell, x64 outside Linux is taken to run two threads a core.
 */
export function physicalCores(): number {
  const usable = availableParallelism()
  const guess = platform() === 'linux' || arch() !== 'x64' ? usable : Math.ceil(usable / 2)
  return Math.max(1, Math.min(usable, (platform() === 'linux' ? linuxCores() : undefined) ?? guess))
}

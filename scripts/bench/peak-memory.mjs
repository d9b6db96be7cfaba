import { readFileSync } from 'node:fs'

/** Bytes that this process had at most. What the system counts for `maxRSS` on Linux includes the process that started it. */
export function peakMemory() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024
}

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A redis-server that keeps nothing, or undefined where there is none to run. */
export async function startRedis() {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address()
  probe.close()
  const folder = mkdtempSync(join(tmpdir(), 'neg-bench-redis-'))
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', 'no']
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] })
  const started = await new Promise((resolve) => {
    child.once('error', () => resolve(false))
    child.stdout.on('data', (text) => /Ready to accept/.test(text) && resolve(true))
  })
  const end = () => {
    child.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  return started ? { url: `redis://127.0.0.1:${port}`, end } : undefined
}

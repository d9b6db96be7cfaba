import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}

export interface Started {
  stop(): Promise<void>
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

/** Starts a server and waits until it answers `ready`. Says what it printed when it does not. */
export async function startProcess(
  command: string,
  args: readonly string[],
  options: { readonly env?: Readonly<Record<string, string>>; readonly cwd?: string; readonly ready: string },
): Promise<Started> {
  const env = { ...process.env, ...options.env }
  const child: ChildProcess = spawn(command, args, { cwd: options.cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  let printed = ''
  const keep = (chunk: Buffer) => {
    printed = (printed + chunk).slice(-4000)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  child.once('error', (error) => keep(Buffer.from(error.message)))
  const stop = async () => {
    child.kill('SIGTERM')
    const impatient = setTimeout(() => child.kill('SIGKILL'), 10_000)
    await ended
    clearTimeout(impatient)
  }
  for (let attempt = 0; attempt < 600; attempt++) {
    if (await answers(options.ready)) return { stop }
    if (child.exitCode !== null || child.pid === undefined) break
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  if (child.pid !== undefined && child.exitCode === null) await stop()
  throw new Error(`${command} did not become ready. It said:\n${printed}`)
}

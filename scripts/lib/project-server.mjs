import { spawn } from 'node:child_process'

/**
 * Starts a project's server by its `npm start`; gives its address on loopback, what it has said, and how to end it.
 * @param {string} folder
 * @param {{ args?: string[], env?: Record<string, string> }} [options]
 */
export async function startProject(folder, { args = [], env = {} } = {}) {
  const server = spawn('npm', ['start', ...args], { cwd: folder, env: { ...process.env, ...env }, detached: true })
  const ended = new Promise((resolve) => server.on('exit', resolve))
  let said = ''
  const url = await new Promise((resolve, reject) => {
    const hear = (text) => {
      said += text
      const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)
      if (address) resolve(address[0])
    }
    server.stdout.on('data', hear)
    server.stderr.on('data', hear)
    server.on('exit', () => reject(new Error(`the server ended:\n${said}`)))
  })
  return {
    url,
    said: () => said,
    async stop() {
      process.kill(-server.pid, 'SIGTERM')
      await ended
    },
  }
}

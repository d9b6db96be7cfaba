/**
 * Goes the way of `npm create neg` for the templates that run on Node: packs the packages as npm would publish them, has `create-neg`
 * make the projects, installs them from the tarballs and runs their scripts. `check-web-examples.mjs` and `check-guidance-plugin.mjs`
 * do so for the other templates.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { imageSize } from '@neg/node/internal'
import { createPacked, installPacked, must, pack, recordOf } from './lib/packed.mjs'

const needed = ['@neg/core', '@neg/node', '@neg/onnx', '@neg/portraits', '@neg/remote', '@neg/server', 'create-neg']
const work = mkdtempSync(join(tmpdir(), 'neg-create-'))

/** Starts a project's server; gives its address and how to end it. */
async function serve(folder) {
  const server = spawn('npm', ['start'], { cwd: folder, env: { ...process.env, PORT: '0' }, detached: true })
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
    async stop() {
      process.kill(-server.pid, 'SIGTERM')
      await ended
    },
  }
}

/** Template → what it shows when it runs. */
const templates = {
  async node(folder) {
    const said = await must('npm', ['start'], folder)
    const { width, height } = await imageSize(readFileSync(join(folder, 'office-woman.png')))
    return `${said.trim().split('\n').at(-1)}, ${width} × ${height} pixels`
  },
  async server(folder) {
    const { url, stop } = await serve(folder)
    try {
      await must('npm', ['run', 'draw'], folder, { NEG_SERVER: url })
    } finally {
      await stop()
    }
    return `drew ${recordOf(readFileSync(join(folder, 'pirate.png'))).recipe.prompt}`
  },
}

let failed = false
try {
  const tarballs = await pack(needed, work)
  for (const [template, shows] of Object.entries(templates)) {
    const folder = join(work, template)
    try {
      await createPacked(template, template, tarballs, work)
      await installPacked(folder, tarballs)
      process.stdout.write(`✓ ${template}: ${await shows(folder)}\n`)
    } catch (error) {
      failed = true
      process.stdout.write(`✗ ${template}: ${error.message.replaceAll('\n', '\n  ')}\n`)
    }
  }
} finally {
  rmSync(work, { recursive: true, force: true })
}
process.exitCode = failed ? 1 : 0

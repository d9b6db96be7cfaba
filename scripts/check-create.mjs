/**
 * Goes the way of `npm create neg` for the templates that run on Node: packs the packages as npm would publish them, has `create-neg`
 * make the projects, installs them from the tarballs and runs their scripts. `check-web-examples.mjs` and `check-guidance-plugin.mjs`
 * do so for the other templates.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { imageSize } from '@neg/node/internal'
import { createPacked, installPacked, must, pack, recordOf } from './lib/packed.mjs'
import { startProject } from './lib/project-server.mjs'

const needed = ['@neg/core', '@neg/node', '@neg/onnx', '@neg/portraits', '@neg/remote', '@neg/server', 'create-neg']
const work = mkdtempSync(join(tmpdir(), 'neg-create-'))

/** Template → what it shows when it runs. */
const templates = {
  async node(folder) {
    const said = await must('npm', ['start'], folder)
    const { width, height } = await imageSize(readFileSync(join(folder, 'office-woman.png')))
    return `${said.trim().split('\n').at(-1)}, ${width} × ${height} pixels`
  },
  async server(folder) {
    const { url, stop } = await startProject(folder, { env: { PORT: '0' } })
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

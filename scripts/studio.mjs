/**
 * `npm run studio [-- --port 4321]`: installs, builds and serves the studio. Needs nothing but Node; does only what is left
 * to do.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuilt } from './lib/build.mjs'
import { isolation } from './lib/chromium.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { serveFolder } from './lib/static-server.mjs'
import { root } from './lib/workspace.mjs'

const say = (line) => process.stderr.write(`${line}\n`)

const { values } = parseArgs({ options: { port: { type: 'string', default: '4321' } } })

try {
  await ensureInstalled(say)
  await ensureBuilt(say, '@neg/studio')
  const server = await serveFolder(join(root, 'apps', 'studio', 'dist'), {
    port: Number(values.port),
    headers: isolation,
  })
  say(`The studio is at ${server.url} (Ctrl C stops it).`)
} catch (error) {
  say(error.code === 'EADDRINUSE' ? `Port ${values.port} is taken: npm run studio -- --port 4322` : error.message)
  process.exit(1)
}

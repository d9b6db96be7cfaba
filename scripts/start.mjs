/**
 * `npm start -- "PROMPT" [options]`: installs, builds and draws. Needs nothing but Node; does only what is left to do.
 * All options are those of `neg generate`.
 */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ensureBuilt } from './lib/build.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root } from './lib/workspace.mjs'

const say = (line) => process.stderr.write(`${line}\n`)

try {
  await ensureInstalled(say)
  await ensureBuilt(say, '@neg/cli')
} catch (error) {
  say(error.message)
  process.exit(1)
}

// npm runs scripts in the repository; paths among the options are meant from where the user stands.
if (process.env.INIT_CWD) process.chdir(process.env.INIT_CWD)
const cli = join(root, 'packages', 'cli', 'dist', 'neg.js')
// In this very process: exit code, signals and terminal are the command's own.
process.argv = [process.execPath, cli, 'generate', '--demo', ...process.argv.slice(2)]
await import(pathToFileURL(cli).href)

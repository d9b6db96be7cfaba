#!/usr/bin/env node
// A file of the repository, not of the build: npm links a command only where its file is there when it installs.
import { existsSync } from 'node:fs'

const built = new URL('../dist/neg.js', import.meta.url)
if (existsSync(built)) await import(built.href)
else {
  process.stderr.write('neg: runtime-missing: neg has not been built yet. Run npm start, or npm run build, once.\n')
  process.exitCode = 1
}

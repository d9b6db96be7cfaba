import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const script = fileURLToPath(new URL('../../../examples/redis-workers/run.mjs', import.meta.url))

test('the example of workers on Redis draws its four pictures though it kills a worker', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'neg-example-'))
  const child = spawn(process.execPath, [script], { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  let said = ''
  child.stdout.on('data', (text) => (said += text))
  const [code] = await once(child, 'close')
  expect([code, said.match(/office-\d\.png/g)?.sort()]).toEqual([
    0,
    ['office-1.png', 'office-2.png', 'office-3.png', 'office-4.png'],
  ])
  expect(existsSync(join(folder, 'office-4.png'))).toBe(true)
  rmSync(folder, { recursive: true, force: true })
})

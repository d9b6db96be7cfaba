import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from '@neg/core'
import { node, readImage } from '@neg/node'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const readme = readFileSync(join(root, 'examples', 'redis-workers', 'README.md'), 'utf8')

test('the example of workers on Redis, run as its README says, kills a worker and draws its four pictures all the same', async () => {
  const [, command] = /^node (\S+)$/m.exec(readme) ?? []
  const folder = mkdtempSync(join(tmpdir(), 'neg-example-'))
  const child = spawn(process.execPath, [join(root, command)], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  child.stdout.on('data', (text) => (said += text))
  const [code] = await once(child, 'close')
  expect(code).toBe(0)
  const names = ['office-1.png', 'office-2.png', 'office-3.png', 'office-4.png']
  expect(readdirSync(folder).sort()).toEqual(names)
  expect(said.match(/office-\d\.png/g)?.sort()).toEqual(names)
  // What the killed worker had was begun anew, by the other one; nothing else was.
  expect(said.match(/begun twice/g)).toHaveLength(1)
  expect(said.match(/running, attempt 2/g)).toHaveLength(1)

  const model = await node({ device: 'cpu' })
  for (const [i, name] of names.entries()) {
    const recipe = { prompt: 'a professional office woman', negatives: ['glasses'], seed: i + 1, steps: 20 }
    const { image } = await generate(model, recipe).result
    expect(await readImage(join(folder, name))).toEqual(image)
  }
  await model.dispose()
  rmSync(folder, { recursive: true, force: true })
})

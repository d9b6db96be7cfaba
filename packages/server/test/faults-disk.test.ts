import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate, negServer } from '@neg/remote/jobs'
import { afterAll, expect, test } from 'vitest'
import { end } from './workers'

const neg = fileURLToPath(new URL('../../cli/dist/neg.js', import.meta.url))
const base = mkdtempSync(join(tmpdir(), 'neg-disk-'))
const data = join(base, 'data')
mkdirSync(data)

/** A disk of 2 MB, where this process may make one; else a folder that can be made read-only. */
const disk = ((): 'small' | 'plain' => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'plain'
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', data], { stdio: 'ignore' })
    return 'small'
  } catch {
    return 'plain' // a container without the right to
  }
})()
/** Nobody else's obstacle holds for root, who then has no disk to fill: a file in the way of results does. */
const results = join(data, 'results', 'jobs')
function fill(): void {
  if (disk === 'small') {
    for (const size of [65_536, 4096, 1]) {
      try {
        for (let i = 0; ; i++) writeFileSync(join(data, `filler-${size}-${i}`), new Uint8Array(size), { flag: 'wx' })
      } catch {
        // full
      }
    }
  } else {
    rmSync(results, { recursive: true, force: true })
    writeFileSync(results, 'in the way')
    chmodSync(join(data, 'results'), 0o500)
  }
}
function free(): void {
  if (disk === 'small') for (const name of readdirSync(data)) if (name.startsWith('filler')) rmSync(join(data, name))
  if (disk === 'plain') {
    chmodSync(join(data, 'results'), 0o700)
    rmSync(results, { force: true })
  }
}

const children: ChildProcess[] = []
afterAll(async () => {
  for (const child of children) await end(child, 'SIGKILL')
  if (disk === 'small') execFileSync('umount', [data])
  rmSync(base, { recursive: true, force: true })
})

async function serve() {
  const args = ['serve', '--port', '0', '--data', data, '--no-tensors', '--quiet', '--drain', '0', '--device', 'cpu']
  const child = spawn(process.execPath, [neg, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let log = ''
  child.stderr.on('data', (text) => (log += text))
  const [line] = await once(child.stdout, 'data')
  const url = /http:\/\/\S+/.exec(String(line))?.[0] ?? ''
  return { child, url, client: negServer({ url }), log: () => log }
}
const recipe = { prompt: 'a professional office woman', negatives: ['glasses'], seed: '42', steps: 2 }

test('a full disk fails jobs and leaves nothing of them; what waits is kept, and the server ends at once with 1', async () => {
  const { child, client, url, log } = await serve()
  const ready = async () => (await fetch(`${url}/readyz`)).status
  expect(await ready()).toBe(200)
  const drawn = await generate(client, recipe).result
  expect(drawn.image.width).toBe(128)
  const before = readdirSync(results)

  fill()
  if (disk === 'small') {
    const answer = await fetch(`${url}/readyz`)
    expect([answer.status, (await answer.json()).error.code]).toEqual([503, 'write-failed'])
  }
  const failing = generate(client, { ...recipe, seed: '43' })
  await expect(failing.result).rejects.toMatchObject({ code: 'write-failed' })
  if (disk === 'small') {
    expect(readdirSync(results)).toEqual(before)
    const asset = await fetch(`${url}/v1/assets`, {
      method: 'POST',
      headers: { 'content-type': 'image/png' },
      body: Buffer.from(
        'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNkYAAAAAYAAjCB0C8AAAAASUVORK5CYII=',
        'base64',
      ),
    })
    expect([answerCode(await asset.json()), asset.status]).toEqual(['write-failed', 503])
  } else expect(existsSync(join(results, await failing.id))).toBe(false)

  // One that is drawn when the server is told to stop, and two that wait.
  const long = await client.submit({ recipe: { ...recipe, steps: 200, seed: '1' } })
  const ids = [long.id]
  for (const seed of ['2', '3']) ids.push((await client.submit({ recipe: { ...recipe, seed } })).id)
  await expect.poll(async () => (await client.job(long.id)).progress.call).toBeGreaterThan(0)
  const started = performance.now()
  const code = await end(child, 'SIGTERM')
  // A folder in the way of results is none in the way of jobs.
  expect(code).toBe(disk === 'small' ? 1 : 0)
  expect(performance.now() - started).toBeLessThan(15_000)
  if (disk === 'small') expect(log()).toMatch(/neg: write-failed: Not all jobs .*3 that wait are.*the disk is full/)
  expect(log()).not.toContain('internal')
  expect(readdirSync(data).filter((name) => /part|reserved/.test(name))).toEqual([])

  free()
  const again = await serve()
  for (const id of ids.slice(1)) {
    await expect.poll(async () => (await again.client.job(id)).status, { timeout: 60_000 }).toBe('succeeded')
  }
  expect(['running', 'succeeded', 'queued']).toContain((await again.client.job(long.id)).status)
  expect(await end(again.child, 'SIGTERM')).toBe(0)
})

const answerCode = (body: { error: { code: string } }) => body.error.code

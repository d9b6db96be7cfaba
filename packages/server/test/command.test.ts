import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate, negServer } from '@neg/remote/jobs'
import ts from 'typescript'
import { afterAll, expect, test } from 'vitest'
import { startRedis } from './redis'
import { end } from './workers'

const neg = fileURLToPath(new URL('../../cli/dist/neg.js', import.meta.url))
const children: ChildProcess[] = []
const folder = mkdtempSync(join(tmpdir(), 'neg-serve-'))
/** Beside what is installed, so that plug-ins there find `@neg/core`. */
const cache = fileURLToPath(new URL('../../../node_modules/.cache/', import.meta.url))
mkdirSync(cache, { recursive: true })
const plugins = mkdtempSync(join(cache, 'neg-plugins-'))
afterAll(async () => {
  for (const child of children) await end(child, 'SIGKILL')
  for (const made of [folder, plugins]) rmSync(made, { recursive: true, force: true })
})

function recipe() {
  return { prompt: 'a professional office woman', negatives: ['glasses'], seed: '42', steps: 3 }
}

/** A plug-in of the examples as a JavaScript file. */
function example(name: string): string {
  const source = new URL(`../../../examples/guidance-plugin/src/${name}.ts`, import.meta.url)
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 }
  const file = join(plugins, `${name}.mjs`)
  writeFileSync(file, ts.transpileModule(readFileSync(source, 'utf8'), { compilerOptions }).outputText)
  return file
}
const [renorm, powerDdim] = [example('renorm'), example('power-ddim')]
const withPlugins = { ...recipe(), guidance: 'renorm', scheduler: { name: 'power-ddim', config: { power: 1.5 } } }

/** Starts a command and resolves with its first line. */
async function start(...args: string[]) {
  const child = spawn(process.execPath, [neg, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  children.push(child)
  let log = ''
  child.stderr.on('data', (text) => (log += text))
  const line = await Promise.race([
    once(child.stdout, 'data').then(([text]) => String(text)),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`exit ${code}: ${log}`))),
  ])
  return { child, line, log: () => log }
}
const address = (line: string) => /http:\/\/\S+/.exec(line)?.[0] ?? ''

test('neg serve draws, logs no prompt, and stops with 0 when it is told to', async () => {
  const { child, line, log } = await start('serve', '--port', '0', '--data', folder)
  const { image } = await generate(negServer({ url: address(line) }), recipe()).result
  expect([image.width, image.height]).toEqual([128, 128])
  expect(await end(child, 'SIGTERM')).toBe(0)
  expect(log()).toContain('"route":"/v1/jobs"')
  expect(log()).not.toContain('office')
  // Back again, it still has the job.
  const again = await start('serve', '--port', '0', '--data', folder)
  const { jobs } = await negServer({ url: address(again.line) }).jobs()
  expect(jobs.map(({ status }) => status)).toEqual(['succeeded'])
  expect((await fetch(address(again.line) + jobs[0].result?.images[0].url)).status).toBe(200)
})

test('neg serve --redis and neg worker draw together', async () => {
  const redis = await startRedis()
  const server = await start('serve', '--port', '0', '--redis', redis.url, '--no-tensors', '--quiet')
  await start('worker', '--redis', redis.url)
  const { image } = await generate(negServer({ url: address(server.line) }), recipe()).result
  expect(image.width).toBe(128)
  for (const child of children) await end(child, 'SIGTERM')
  await redis.end()
})

test('neg serve --plugin draws with a guidance and a scheduler of one’s own, and its record names both', async () => {
  const args = ['serve', '--port', '0', '--no-tensors', '--quiet']
  const { child, line } = await start(...args, '--plugin', renorm, '--plugin', powerDdim)
  const server = negServer({ url: address(line) })
  const { record } = await generate(server, withPlugins).result
  expect(record.plugins).toMatchObject({ renorm: '1', PowerDDIMScheduler: '1' })
  expect(record.recipe.scheduler).toMatchObject({ name: 'PowerDDIMScheduler', version: '1', config: { power: 1.5 } })
  expect(record.recipe.guidance).toMatchObject({ name: 'renorm', options: { rho: 1 } })
  await end(child, 'SIGTERM')
  const without = await start(...args)
  const refused = generate(negServer({ url: address(without.line) }), withPlugins).result
  await expect(refused).rejects.toMatchObject({ code: 'guidance-unknown' })
  await end(without.child, 'SIGTERM')
})

test('neg worker --plugin draws what neg serve --plugin takes in', async () => {
  const redis = await startRedis()
  const both = ['--plugin', renorm, '--plugin', powerDdim]
  const server = await start('serve', '--port', '0', '--redis', redis.url, '--no-tensors', '--quiet', ...both)
  const worker = await start('worker', '--redis', redis.url, ...both)
  const { record } = await generate(negServer({ url: address(server.line) }), withPlugins).result
  expect(record.plugins).toMatchObject({ renorm: '1', PowerDDIMScheduler: '1' })
  for (const { child } of [server, worker]) await end(child, 'SIGTERM')
  await redis.end()
})

test('neg serve refuses an address beyond this machine without tokens, and takes it with the token it drew', async () => {
  await expect(start('serve', '--host', '0.0.0.0', '--port', '0')).rejects.toThrow(/exit 2: .*no tokens/s)
  const drawn = spawn(process.execPath, [neg, 'serve', '--new-token', 'ada'], { stdio: ['ignore', 'pipe', 'pipe'] })
  let [entry, said] = ['', '']
  drawn.stdout.on('data', (text) => (entry += text))
  drawn.stderr.on('data', (text) => (said += text))
  await once(drawn, 'close')
  const file = join(folder, 'tokens.json')
  writeFileSync(file, entry)
  const token = /neg_\S+/.exec(said)?.[0]
  expect(readFileSync(file, 'utf8')).not.toContain(token)
  const { line } = await start('serve', '--host', '0.0.0.0', '--port', '0', '--tokens', file)
  const url = address(line).replace('0.0.0.0', '127.0.0.1')
  expect((await fetch(`${url}/v1/jobs`)).status).toBe(401)
  expect((await negServer({ url, token }).jobs()).jobs).toEqual([])
})

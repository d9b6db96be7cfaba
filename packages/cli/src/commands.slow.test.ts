import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { bin, inFolder } from './run-neg.test-helper'

test('doctor says what is here; as JSON too', () =>
  inFolder(async (neg) => {
    const { code, stdout } = await neg.run('doctor', '--json')
    const diagnosis = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(diagnosis.node).toEqual({ ok: true, found: process.version })
    expect(diagnosis.runtime.found).toMatch(/^1\.\d+\.\d+/)
    expect(diagnosis.devices.find(({ name }: { name: string }) => name === 'cpu').available).toBe(true)
    for (const { available, reason, remedy } of diagnosis.devices) {
      if (!available) expect([typeof reason, typeof remedy]).toEqual(['string', 'string'])
    }
    const said = await neg.run('doctor')
    expect(said.stdout).toMatch(/✓ cpu +computes/)
    // What drivers say of themselves is no answer to anybody.
    expect(said.stderr).toBe('')
  }))

test('models says what a model recommends, its examples as commands', () =>
  inFolder(async (neg) => {
    const { stdout } = await neg.run('models', 'portraits')
    expect(stdout).toMatch(/^ {2}draws with: +local, scale 5, 20 steps of PNDM, 128×128, negatives in /m)
    expect(stdout).toMatch(/ neg generate "a pirate" --negative "eye patch"/)
    expect(stdout).toMatch(/^ {2}worn: +glasses, sunglasses, /m)
    expect(JSON.parse((await neg.run('models', 'portraits', '--json')).stdout).draws.recommended.steps).toBe(20)
    const other = await neg.run('models', 'nowhere')
    expect(other).toMatchObject({ code: 1, stdout: '' })
    expect(other.stderr).toMatch(/model-missing: There is no model 'nowhere' here/)
  }))

test('models names the embedded one and its size', () =>
  inFolder(async (neg) => {
    expect((await neg.run('models')).stdout).toMatch(/^portraits +\d+\.\d MiB +embedded/m)
  }))

test.runIf(process.platform !== 'win32')('a reader that stops early is no error', async () => {
  for (const command of ['schedulers', 'guidance']) {
    const line = `{ "${process.execPath}" "${bin}" ${command}; echo "code $?" >&2; } | head -1`
    const { stdout, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' })
    expect(stdout.split('\n')).toHaveLength(2)
    expect(stderr).toBe('code 0\n')
  }
})

test('schedulers gives the timesteps that a run walks', () =>
  inFolder(async (neg) => {
    const { stdout } = await neg.run('schedulers', 'ddim', '--steps', '5', '--json')
    const { name, timesteps, options } = JSON.parse(stdout)
    expect(name).toBe('DDIMScheduler')
    expect(timesteps).toHaveLength(5)
    expect(options.map((option: { name: string }) => option.name)).toContain('eta')
    expect((await neg.run('schedulers')).stdout).toMatch(/^EulerDiscreteScheduler +/m)
    expect((await neg.run('schedulers', 'eular')).code).toBe(2)
  }))

test('version and help', () =>
  inFolder(async (neg) => {
    const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
    expect(await neg.run('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    const help = await neg.run('generate', '--help')
    expect([help.code, help.stderr]).toEqual([0, ''])
    for (const flag of ['--negative', '--negative-window', '--from', '--latents']) expect(help.stdout).toContain(flag)
    expect((await neg.run()).code).toBe(2)
  }))

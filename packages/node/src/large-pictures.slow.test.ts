import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { unet } from '../../onnx/src/denoiser/unet'
import { readGraphNodes } from '../../onnx/src/graph/graph-nodes'
import { diskFiles } from '../../onnx/test/disk-files'
import { fuseLayers } from '../../onnx/test/fused-forms'

const built = (name: string) => JSON.stringify(new URL(`../../${name}/dist/index.js`, import.meta.url).href)
const folder = fileURLToPath(new URL('../../../fixtures/layouts/tiny-sd15', import.meta.url))

/** A process that draws one step, so that its peak of memory is that picture's. */
const program = (size: number, attention: string, model = folder) => `
  const { generate } = await import(${built('core')})
  const { node } = await import(${built('node')})
  const model = await node({ model: ${JSON.stringify(model)}, device: 'cpu', attention: '${attention}' })
  const recipe = { prompt: 'a man', negatives: ['glasses'], seed: 1, steps: 1, width: ${size}, height: ${size} }
  const { latents, record } = await generate(model, recipe).result
  await model.dispose()
  const { graph } = record.numerics
  console.log(JSON.stringify({ graph, peak: process.resourceUsage().maxRSS / 1024, latents: [...latents.data.slice(0, 64)] }))`

const drawn = (size: number, attention: string): { graph: string; peak: number; latents: number[] } =>
  JSON.parse(
    execFileSync(process.execPath, ['--input-type=module', '-e', program(size, attention)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .at(-1) ?? '',
  )

test('attention at the finest level of 1024 × 1024 pixels stays under 1.2 GB', () => {
  // As exported, the scores of one such layer are 17 GB.
  const { graph, peak } = drawn(1024, 'auto')
  expect(graph).toBe('fused')
  expect(peak).toBeLessThan(1200)
})

test('both ways without whole scores draw what the exported graph draws, in a fraction of its memory', () => {
  const exported = drawn(512, 'exported')
  const largest = Math.max(...exported.latents.map(Math.abs))
  for (const attention of ['auto', 'sliced']) {
    const { peak, latents } = drawn(512, attention)
    expect(peak).toBeLessThan(exported.peak / 3)
    latents.forEach((x, i) => {
      expect(Math.abs(x - exported.latents[i])).toBeLessThan(1e-4 * largest)
    })
  }
})

test.runIf(process.platform === 'linux')(
  'attention that is one node of ONNX’s draws 1024 × 1024 in a process that may have 3 GB',
  async () => {
    const path = 'unet/model.onnx'
    const file = await diskFiles(folder).open(path)
    const [bytes, nodes] = [await file.slice(0, file.size), await readGraphNodes(file, path)]
    const fused = mkdtempSync(join(tmpdir(), 'neg-attention-'))
    try {
      cpSync(folder, fused, { recursive: true, dereference: true })
      writeFileSync(join(fused, path), fuseLayers(bytes, nodes, unet.attention.find(nodes), 'onnx-4d'))
      const shell = 'ulimit -d 3000000; exec "$0" --input-type=module -e "$1"'
      const [own, plain] = [fused, folder].map((one) => {
        const shown = ['-c', shell, process.execPath, program(1024, 'auto', one)]
        return JSON.parse(execFileSync('bash', shown, { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '')
      })
      expect([own.graph, own.peak < 1200]).toEqual(['fused', true])
      const largest = Math.max(...plain.latents.map(Math.abs))
      plain.latents.forEach((x: number, i: number) => {
        expect(Math.abs(x - own.latents[i])).toBeLessThan(1e-4 * largest)
      })
    } finally {
      rmSync(fused, { recursive: true })
    }
  },
)

test.runIf(process.platform === 'linux')(
  'a picture that does not fit is out-of-memory, and the model draws the next',
  () => {
    // 8 GB of scores in a process that may have 3.
    const limited = `
  const { generate } = await import(${built('core')})
  const { node } = await import(${built('node')})
  const model = await node({ model: ${JSON.stringify(folder)}, device: 'cpu', attention: 'exported' })
  const draw = (size) => generate(model, { prompt: 'a man', seed: 1, steps: 1, width: size, height: size }).result
  const before = (await draw(64)).latents.data[0]
  const error = await draw(1024).then(() => undefined, ({ code, message }) => ({ code, message }))
  console.log(JSON.stringify({ error, before, after: (await draw(64)).latents.data[0] }))
  await model.dispose()`
    const shell = 'ulimit -d 3000000; exec "$0" --input-type=module -e "$1"'
    const out = execFileSync('bash', ['-c', shell, process.execPath, limited], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const { error, before, after } = JSON.parse(out.trim().split('\n').at(-1) ?? '')
    expect(error).toMatchObject({ code: 'out-of-memory', message: expect.stringMatching(/memory: 'low'/) })
    expect(after).toBe(before)
  },
)

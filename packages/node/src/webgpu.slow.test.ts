import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const built = (name: string) => JSON.stringify(new URL(`../../${name}/dist/index.js`, import.meta.url).href)
const folder = fileURLToPath(new URL('../../../fixtures/layouts/tiny-sd15', import.meta.url))

/** Debian's Chromium brings a software driver for Vulkan, with its loader beside it. */
const chromium = '/usr/lib/chromium'
const driver = `${chromium}/vk_swiftshader_icd.json`

/** Draws one picture on the CPU and on WebGPU, plain and watched, in a process that has the driver. */
const program = `
  const { generate } = await import(${built('core')})
  const { node } = await import(${built('node')})
  const recipe = { prompt: 'a man', negatives: ['glasses'], guidance: 'negative-prompt', seed: 1, steps: 2, width: 64, height: 64 }
  const out = {}
  for (const device of ['cpu', 'webgpu']) {
    const model = await node({ model: ${JSON.stringify(folder)}, device })
    const plain = await generate(model, recipe).result
    const run = generate(model, recipe, { capture: { roles: ['positive'], tokens: 'words', maps: false } })
    const norms = []
    for await (const event of run) if (event.type === 'attention') norms.push(...event.capture.layers[0].norms)
    const watched = await run.result
    out[device] = {
      attention: model.info.attention,
      graphs: [plain, watched].map(({ record }) => record.numerics.graph),
      latents: [plain, watched].map(({ latents }) => [...latents.data]),
      image: [...plain.image.data],
      norms,
    }
    await model.dispose()
  }
  console.log(JSON.stringify(out))`

interface Drawn {
  readonly attention: { readonly by: string; readonly why?: string }
  readonly graphs: string[]
  readonly latents: number[][]
  readonly image: number[]
  readonly norms: number[]
}

const largest = (values: readonly number[]) => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0)
const distance = (a: readonly number[], b: readonly number[]) => largest(a.map((x, i) => x - b[i]))

test.runIf(existsSync(driver))(
  'WebGPU draws and watches what the CPU does, by a kernel that was proven or over slices',
  () => {
    const env = { ...process.env, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: chromium }
    const options = { encoding: 'utf8', env, maxBuffer: 2 ** 26 } as const
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', program], options)
    const { cpu, webgpu } = JSON.parse(out.trim().split('\n').at(-1) ?? '') as Record<'cpu' | 'webgpu', Drawn>
    // This driver's kernel is wrong: it must have been found out.
    expect(cpu.attention.by).toBe('fused')
    expect(webgpu.attention).toMatchObject({
      by: 'sliced',
      why: expect.stringMatching(/^webgpu: its kernel is off by/),
    })
    expect(webgpu.graphs).toEqual(['sliced', expect.stringMatching(/^capture\b/)])
    cpu.latents.forEach((latents, i) => {
      expect(webgpu.latents[i].length).toBe(latents.length)
      expect(distance(webgpu.latents[i], latents)).toBeLessThan(1e-3 * largest(latents))
    })
    expect(distance(webgpu.image, cpu.image)).toBeLessThanOrEqual(2)
    expect(cpu.norms.length).toBeGreaterThan(0)
    expect(distance(webgpu.norms, cpu.norms)).toBeLessThan(1e-3 * largest(cpu.norms))
  },
)

import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { type RunRecord, readPngText } from '@neg/core'
import { writePng } from '@neg/node'
import { expect, test } from 'vitest'
import { inFolder } from './run-neg.test-helper'

const layouts = 'fixtures/layouts'
const recordIn = (file: string): RunRecord => JSON.parse(readPngText(readFileSync(file)).neg)
const edges = (size: number) =>
  writePng({
    width: size,
    height: size,
    data: Uint8ClampedArray.from({ length: 4 * size * size }, (_, i) => (i * 7) % 256),
  })

test('a picture leads what is drawn, and the record repeats it', () =>
  inFolder(async (neg) => {
    cpSync(`${layouts}/tiny-sd15`, neg.path('sd15'), { recursive: true })
    cpSync(`${layouts}/controlnet/tiny-sd15-unet.onnx`, neg.path('sd15/unet/model.onnx'))
    mkdirSync(neg.path('canny'))
    cpSync(`${layouts}/controlnet/first.onnx`, neg.path('canny/model.onnx'))
    cpSync(`${layouts}/controlnet/second.onnx`, neg.path('depth.onnx'))
    writeFileSync(neg.path('edges.png'), await edges(64))
    const model = ['--model', 'sd15', '--device', 'cpu', '--controlnet', 'canny', '--controlnet', 'far=depth.onnx']
    const drawn = await neg.run(
      ...['generate', 'a dog', ...model, '--steps', '2', '--seed', '3', '--out', 'a.png'],
      ...['--control', 'canny=edges.png', '--control-strength', '0.5', '--control-window', '0-0.5'],
      ...['--control', 'far=edges.png'],
    )
    expect([drawn.code, drawn.stdout]).toEqual([0, 'a.png\n'])
    const { recipe, models } = recordIn(neg.path('a.png'))
    // The size is the picture's, where nobody says one.
    expect(recipe).toMatchObject({ width: 64, height: 64 })
    expect(recipe.control).toMatchObject([
      { controlnet: 'canny', strength: 0.5, window: { from: 0, to: 0.5 } },
      { controlnet: 'far', strength: 1 },
    ])
    expect(models.main.controls?.map(({ name }) => name)).toEqual(['canny', 'far'])

    const again = ['generate', '--from', 'a.png', ...model]
    expect((await neg.run(...again, '--out', 'b.png')).stderr).toMatch(/image-missing.*--control/s)
    expect((await neg.run(...again, '--control', 'edges.png', '--out', 'b.png')).code).toBe(0)
    expect(readFileSync(neg.path('b.png')).equals(readFileSync(neg.path('a.png')))).toBe(true)

    writeFileSync(neg.path('small.png'), await edges(32))
    for (const [options, code] of [
      [['--control', 'edges.png'], 'control-unsupported'],
      [['--control', 'near=edges.png'], 'control-unsupported'],
      [['--control', 'canny=small.png', '--width', '64', '--height', '64'], 'image-mismatch'],
      [['--control-strength', '2'], 'option-invalid'],
    ] as const) {
      const refused = await neg.run('generate', 'a dog', ...model, ...options)
      expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining(code)])
    }
    const plain = await neg.run(
      'generate',
      'a dog',
      '--model',
      `${process.cwd()}/${layouts}/tiny-sd15`,
      '--controlnet',
      'canny',
    )
    expect(plain.stderr).toContain('control-unsupported')
  }))

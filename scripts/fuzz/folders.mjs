import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generate } from '@neg/core'
import { memoryFiles } from '@neg/onnx'
import { createOnnxModel, localSessions, onnxruntime } from '@neg/onnx/worker'
import ort from 'onnxruntime-node'
import { mutatedBytes, mutatedJson } from './mutate.mjs'

const root = fileURLToPath(new URL('../../fixtures/layouts', import.meta.url))
const names = ['tiny-sd15', 'tiny-sdxl', 'tiny-sd2-v', 'tiny-lcm']

/** Everything that a folder holds, by path. */
const folder = (name) =>
  Object.fromEntries(
    readdirSync(join(root, name), { recursive: true })
      .filter((path) => statSync(join(root, name, path)).isFile())
      .map((path) => [path.replaceAll('\\', '/'), new Uint8Array(readFileSync(join(root, name, path)))]),
  )

/** One file that is not what it was; configs more often than networks, which are most of the bytes. */
function broken(whole, others, random) {
  const paths = Object.keys(whole)
  const configs = paths.filter((path) => /\.(json|txt)$/.test(path))
  const path = random.chance(0.75) ? random.pick(configs) : random.pick(paths)
  const what = random.below(10)
  if (what === 0) return [path, undefined]
  if (what === 1) return [path, new Uint8Array(0)]
  if (what === 2) return [path, random.pick(others)[path] ?? new Uint8Array(3)]
  if (what < 8 && path.endsWith('.json')) {
    try {
      return [path, new TextEncoder().encode(mutatedJson(JSON.parse(new TextDecoder().decode(whole[path])), random))]
    } catch {
      return [path, undefined] // broken before
    }
  }
  return [path, mutatedBytes(whole[path], random)]
}

export async function open() {
  const folders = names.map(folder)
  const runtime = onnxruntime({
    ort,
    name: 'onnxruntime-node',
    version: ort.env.versions.common,
    device: 'cpu',
    threads: 1,
    paths: false,
    session: { executionProviders: ['cpu'], intraOpNumThreads: 1, interOpNumThreads: 1, logSeverityLevel: 4 },
  })
  return {
    async run(random) {
      const files = { ...random.pick(folders) }
      for (let i = random.below(2) + 1; i > 0; i--) {
        const [path, content] = broken(files, folders, random)
        if (content === undefined) delete files[path]
        else files[path] = content
      }
      const held = memoryFiles('fuzzed', files)
      const model = await createOnnxModel({ files: held, sessions: await localSessions({ files: held, runtime }) })
      try {
        const recipe = { prompt: 'a man, "glasses" 3', seed: 1, steps: 1, width: 64, height: 64 }
        const { latents, image } = await generate(model, recipe).result
        if (!latents.data.every(Number.isFinite)) throw new Error('The latents are not finite.')
        if (image.data.length !== 4 * image.width * image.height) throw new Error('The picture has not its size.')
        return 'drawn'
      } finally {
        await model.dispose()
      }
    },
    close: async () => {},
  }
}

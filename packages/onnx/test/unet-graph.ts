import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { tensor } from '@neg/core'
import type { DenoiseRow } from '@neg/core/adapter'
import type { Denoiser } from '../src/denoiser/architecture'
import type { ResolvedRow } from '../src/denoiser/resolved-row'
import { unet as architecture } from '../src/denoiser/unet'
import { readGraphHeader } from '../src/graph/graph-header'
import { type GraphNodes, readGraphNodes } from '../src/graph/graph-nodes'
import { type GraphPatch, patchModel } from '../src/graph/graph-patch'
import type { Session } from '../src/session/session'
import { cpu } from './local-model'

/** Every UNet that tests have. */
export const unetFolders = [
  'packages/portraits/model',
  'fixtures/graphs/attention-3d',
  ...['tiny-sd15', 'tiny-sd2-v', 'tiny-sdxl', 'tiny-lcm'].map((name) => `fixtures/layouts/${name}`),
]

/** A UNet's graph, and sessions of what patches make of it. */
export interface UnetGraph {
  readonly nodes: GraphNodes
  readonly unet: Denoiser
  /** Channels of the text it attends to. */
  readonly textWidth: number
  open(patch?: GraphPatch): Promise<Session>
  /** A row with random latents of height × width cells and a random text; equal seeds give equal ones. */
  row(seed: number, row?: Partial<DenoiseRow>, against?: number, size?: readonly [number, number]): ResolvedRow
}

/** Standard normal numbers that only depend on the seed: Box–Muller over a linear congruence. */
export function normals(seed: number, length: number): Float32Array {
  let state = (seed * 2_654_435_761) >>> 0
  const uniform = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return (state + 1) / 4_294_967_297
  }
  return Float32Array.from({ length }, () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()))
}

const inMemory = (bytes: Uint8Array) => ({
  size: bytes.length,
  slice: async (from: number, to: number) => bytes.subarray(from, to),
})

/** @param change makes other bytes of the file's. Default none */
export async function unetGraph(
  folder: string,
  change: (bytes: Uint8Array, nodes: GraphNodes) => Uint8Array = (bytes) => bytes,
): Promise<UnetGraph> {
  const path = `${folder}/unet/model.onnx`
  const exported = new Uint8Array(readFileSync(path))
  const bytes = change(exported, await readGraphNodes(inMemory(exported), path))
  const file = inMemory(bytes)
  const header = await readGraphHeader(file, path)
  const unet = architecture.describe(header, 'unet')
  const embedding = (seed: number, length = 77): ResolvedRow['embedding'] => {
    const { encoder_hidden_states: hidden, text_embeds: pooled } = unet.textShapes(length)
    const text = tensor(normals(seed, hidden[0] * hidden[1]), hidden)
    if (!pooled) return { inputs: { encoder_hidden_states: text }, text }
    const sizes = tensor(Float32Array.of(64, 64, 0, 0, 64, 64), [6])
    const embeds = tensor(normals(seed + 1, pooled[0]), pooled)
    return { inputs: { encoder_hidden_states: text, text_embeds: embeds, time_ids: sizes }, text }
  }
  return {
    nodes: await readGraphNodes(file, path),
    unet,
    textWidth: unet.textShapes(1)['encoder_hidden_states'][1],
    open: (patch) => cpu.open({ name: path, bytes: patch ? patchModel(bytes, patch) : bytes, besides: resolve(path) }),
    row: (seed, row = {}, against, [h, w] = [8, 12]) => ({
      row: {
        picture: '0',
        input: tensor(normals(seed + 10, unet.channels * h * w), [unet.channels, h, w]),
        t: 500,
        conditioning: {
          id: String(seed),
          prompt: { text: '' },
          words: [],
          length: 77,
          warnings: [],
          release: () => {},
        },
        ...(unet.distilled ? { guidanceInput: 7 } : {}),
        ...row,
      },
      embedding: embedding(seed),
      ...(against === undefined ? {} : { against: embedding(against) }),
    }),
  }
}

/** Largest difference relative to the largest value. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0
  let largest = 0
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs(a[i] - b[i]))
    largest = Math.max(largest, Math.abs(a[i]))
  }
  return a.length === b.length ? most / (largest || 1) : Number.POSITIVE_INFINITY
}

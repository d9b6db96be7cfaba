import type { Conditioning, PromptInput } from '../model/conditioning'
import type { DenoiseRow } from '../model/denoise'
import type { DiffusionModel, ModelInfo } from '../model/diffusion-model'
import type { Requirement } from '../model/requirement'
import type { Tensor } from '../tensor/tensor'
import { promptKey } from './prompts'

/** What a toy model was asked, for tests that count. */
export interface ToyLog {
  requests: { rows: readonly DenoiseRow[] }[]
  encoded: PromptInput[]
  released: number
}

/** A number in [−1, 1] from a text. */
const pull = (text: string): number => {
  let hash = 7
  for (const character of text) hash = (hash * 31 + character.charCodeAt(0)) % 1009
  return (hash / 1009) * 2 - 1
}

export interface ToyOptions {
  info?: Partial<ModelInfo>
  provides?: Requirement[]
  /** Replaces the answer to a row. */
  output?(row: DenoiseRow, plain: Tensor): Tensor
  /** Awaited before each answer. */
  before?(signal: AbortSignal | undefined): Promise<void>
}

/** A network one can compute by hand: eps = 0.6 x + 0.3 pull(text) + 0.1 cos(t / 150). */
export function toyModel({ info, provides, output, before }: ToyOptions = {}): DiffusionModel & { log: ToyLog } {
  const log: ToyLog = { requests: [], encoded: [], released: 0 }
  return {
    log,
    info: {
      id: 'toy',
      digest: '0'.repeat(64),
      tokenLimits: { text_encoder: 77 },
      distilled: false,
      latent: { channels: 2, pixelsPer: 8 },
      size: { width: 32, height: 32 },
      sizeMultiple: 8,
      null: 'empty-text',
      scheduler: {
        name: 'DDIMScheduler',
        config: {
          num_train_timesteps: 1000,
          beta_start: 0.00085,
          beta_end: 0.012,
          beta_schedule: 'scaled_linear',
          clip_sample: false,
          set_alpha_to_one: false,
          steps_offset: 1,
        },
      },
      timestep: { batched: true, integer: false },
      gradients: {},
      numerics: { backend: 'toy', runtime: '1', device: 'cpu', threads: 1 },
      ...info,
    },
    provides: new Set(provides),
    prepare: async () => ({ graph: 'plain' }),
    encode: async (prompts) => {
      log.encoded.push(...prompts)
      return prompts.map(
        (prompt): Conditioning => ({
          id: promptKey(prompt),
          prompt,
          words: [],
          length: 77,
          warnings: [],
          release: () => void log.released++,
        }),
      )
    },
    denoise: async (request, { signal }) => {
      await before?.(signal)
      log.requests.push(request)
      const rows = request.rows.map((row) => {
        const shift = 0.3 * pull(row.conditioning.prompt.text ?? 'zeros') + 0.1 * Math.cos(row.t / 150)
        const plain = { data: row.input.data.map((x) => 0.6 * x + shift), shape: row.input.shape }
        return { output: output?.(row, plain) ?? plain }
      })
      return { rows, calls: 1, rowsPerCall: rows.length, ms: 0 }
    },
    decode: async ({ shape: [, h, w] }) => ({ width: 8 * w, height: 8 * h, data: new Uint8ClampedArray(256 * h * w) }),
    encodeImage: async () => {
      const shape = [2, 4, 4]
      return {
        mean: { data: new Float32Array(32).fill(0.5), shape },
        logVariance: { data: new Float32Array(32).fill(-30), shape },
      }
    },
    dispose: async () => {},
  }
}

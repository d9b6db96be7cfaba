/** @import { DiffusionModel } from '@neg/core' */

const pull = (text) => {
  let hash = 7
  for (const character of text) hash = (hash * 31 + character.charCodeAt(0)) % 1009
  return (hash / 1009) * 2 - 1
}

/**
 * A network one can compute by hand, which takes a while: eps = 0.6 x + 0.3 pull(text) + 0.1 cos(t / 150).
 * @param {{ ms?: number, id?: string }} [options] Milliseconds of a network call.
 * @returns {DiffusionModel}
 */
export function toyModel({ ms = 10, id = 'toy' } = {}) {
  const sleep = (signal) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer)
        reject(signal.reason)
      }
      const timer = setTimeout(() => {
        signal?.removeEventListener('abort', stop)
        resolve()
      }, ms)
      signal?.addEventListener('abort', stop, { once: true })
    })
  return {
    info: {
      id,
      digest: '0'.repeat(64),
      tokenLimit: 77,
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
      mixesPictures: true,
      gradients: {},
      numerics: { backend: 'toy', runtime: '1', device: 'cpu', threads: 1 },
    },
    provides: new Set(),
    prepare: async () => ({ graph: 'plain' }),
    encode: async (prompts) =>
      prompts.map((prompt) => ({
        id: JSON.stringify(prompt),
        prompt,
        words: [],
        length: 77,
        warnings: [],
        release() {},
      })),
    async denoise({ rows }, { signal }) {
      await sleep(signal)
      const outputs = rows.map(({ input, t, conditioning }) => {
        const shift = 0.3 * pull(conditioning.prompt.text ?? 'zeros') + 0.1 * Math.cos(t / 150)
        return { output: { data: input.data.map((x) => 0.6 * x + shift), shape: input.shape } }
      })
      return { rows: outputs, calls: 1, rowsPerCall: rows.length, ms }
    },
    /** Grey values from the first channel, so that pictures differ. */
    async decode({ data, shape: [, h, w] }) {
      const [width, height] = [8 * w, 8 * h]
      const pixels = new Uint8ClampedArray(4 * width * height)
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const grey = 128 + 50 * data[(y >> 3) * w + (x >> 3)]
          pixels.set([grey, grey, grey, 255], 4 * (y * width + x))
        }
      }
      return { width, height, data: pixels }
    },
    dispose: async () => {},
  }
}

import { generate, tensor } from '@neg/core'
import { afterAll, describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { overlayFiles } from '../../test/overlay-files'
import { readBytes } from '../files/model-files'
import { createOnnxModel } from '../model/create-onnx-model'
import type { Session, SessionFactory, Signature } from '../session/session'
import { toFloats, toValue, type Value, type ValueInfo } from '../session/value'
import { oneAfterAnother } from '../text/join-text'
import type { Architecture } from './architecture'

/**
 * A third kind of denoiser, which is in nothing like a UNet: latents packed 2 × 2 into a sequence, positions as inputs, times
 * in [0, 1], two text encoders one after another by sequence and their pooled outputs. Its network is a few lines of
 * arithmetic, so that what it draws is known.
 */
const inputs = { latents: 'hidden_states', text: 'context' } as const
const channels = 3
const textWidth = 3

/** [C, h, w] → [h/2 · w/2, 4 C], and back. */
const packed = (index: number, [, h, w]: readonly number[]) => {
  const [c, y, x] = [Math.floor(index / (h * w)), Math.floor(index / w) % h, index % w]
  return ((y >> 1) * (w / 2) + (x >> 1)) * 4 * channels + c * 4 + (y & 1) * 2 + (x & 1)
}

const toy: Architecture = {
  name: 'toy-transformer',
  part: 'transformer',
  encoders: ['text_encoder', 'text_encoder_2'],
  models: 'toys',
  maker: () => 'org/toy',
  takes: (className) => className === 'ToyPipeline',
  pipeline: 'ToyPipeline',
  classes: {},
  owns: (names) => names.includes(inputs.text),
  manner: () => ({}),
  inputs,
  claims: { axes: {}, inputs: {} },
  attention: { find: () => [], grids: (height, width) => [[height / 2, width / 2]] },
  readGrid: async () => ({ trained: [4, 4], multiple: 2, headSizes: [] }),
  describe: () => ({
    channels,
    batchedTimestep: true,
    integerTimestep: false,
    distilled: false,
    fixedRows: 0,
    fixedSize: [0, 0],
    fixedTokens: 0,
    texts: () => ({
      encoders: [
        { part: 'text_encoder', tokenizer: 'tokenizer', kind: 'clip', layer: 'last', pooled: 'projected' },
        { part: 'text_encoder_2', tokenizer: 'tokenizer_2', kind: 'clip', layer: 'penultimate' },
      ],
      input: inputs.text,
      zeros: false,
      sequence: ([first, second]) => ({ starts: [0, first], length: first + second }),
      width: (widths) => Math.max(...widths),
      join: ([first, second]) => ({
        [inputs.text]: oneAfterAnother([first.hidden, second.hidden], textWidth),
        pooled: first.pooled ?? tensor(new Float32Array(1), [1]),
      }),
    }),
    textShapes: (tokens) => ({ [inputs.text]: [tokens, textWidth], pooled: [1] }),
    feeds(rows) {
      const { shape } = rows[0].row.input
      const tokens = (shape[1] / 2) * (shape[2] / 2)
      const latents = new Float32Array(rows.length * tokens * 4 * channels)
      rows.forEach(({ row }, r) => {
        row.input.data.forEach((x, i) => {
          latents[r * row.input.data.length + packed(i, shape)] = x
        })
      })
      const positions = Array.from({ length: tokens }, (_, i) => [Math.floor(i / (shape[2] / 2)), i % (shape[2] / 2)])
      const texts = (name: string) => rows.flatMap(({ embedding }) => [...embedding.inputs[name].data])
      const { length } = rows
      return {
        [inputs.latents]: toValue(latents, 'float32', [length, tokens, 4 * channels]),
        [inputs.text]: toValue(Float32Array.from(texts(inputs.text)), 'float32', [
          length,
          rows[0].embedding.text.shape[0],
          textWidth,
        ]),
        pooled: toValue(Float32Array.from(texts('pooled')), 'float32', [length, 1]),
        level: toValue(
          Float32Array.from(rows, ({ row }) => row.t / 1000),
          'float32',
          [length],
        ),
        positions: toValue(Float32Array.from(positions.flat()), 'int64', [tokens, 2]),
      }
    },
    predictions({ velocity }, rows) {
      const all = toFloats(velocity)
      const { shape, data } = rows[0].row.input
      return rows.map((_, r) =>
        tensor(
          data.map((_, i) => all[r * data.length + packed(i, shape)]),
          shape,
        ),
      )
    },
  }),
}

/** What the toy draws: each colour the mean of a channel of the text, brighter downwards, darker to the right. */
const drawn = (colour: number, pooled: number, row: number, column: number) =>
  colour + pooled + 0.02 * row - 0.01 * column

type Network = (feeds: Readonly<Record<string, Value>>) => Record<string, Value>

/** Flow matching: x_t = (1 − σ) x0 + σ n, so that v = n − x0 = (x_t − x0)/σ. */
const transformer: Network = (feeds) => {
  const [latents, context, pooled, level, positions] = [
    feeds[inputs.latents],
    feeds[inputs.text],
    feeds['pooled'],
    feeds['level'],
    feeds['positions'],
  ].map((value) => toFloats(value))
  const [rows, tokens, width] = feeds[inputs.latents].shape
  const length = feeds[inputs.text].shape[1]
  const colour = (r: number, c: number) => {
    let sum = 0
    for (let token = 0; token < length; token++) sum += context[(r * length + token) * textWidth + c]
    return sum / length
  }
  const velocity = new Float32Array(latents.length)
  for (let r = 0; r < rows; r++) {
    for (let token = 0; token < tokens; token++) {
      for (let i = 0; i < width; i++) {
        const at = (r * tokens + token) * width + i
        const clean = drawn(colour(r, i >> 2), pooled[r], positions[2 * token], positions[2 * token + 1])
        velocity[at] = (latents[at] - clean) / level[r]
      }
    }
  }
  return { velocity: toValue(velocity, 'float32', feeds[inputs.latents].shape) }
}

/** Hidden states of `width` channels that depend on token and place. */
const textEncoder =
  (width: number, hidden: string): Network =>
  ({ input_ids: ids }) => {
    const tokens = toFloats(ids)
    const states = new Float32Array(tokens.length * width)
    tokens.forEach((token, i) => {
      for (let c = 0; c < width; c++) states[i * width + c] = Math.sin(token * (c + 1) + i) / 2
    })
    return {
      [hidden]: toValue(states, 'float32', [1, tokens.length, width]),
      text_embeds: toValue(Float32Array.of(states[width] / 4), 'float32', [1, 1]),
    }
  }

const vaeDecoder: Network = ({ latents }) => {
  const [, , h, w] = latents.shape
  const data = toFloats(latents)
  const pixels = new Float32Array(3 * 64 * h * w)
  for (let i = 0; i < pixels.length; i++) {
    const [c, y, x] = [Math.floor(i / (64 * h * w)), Math.floor(i / (8 * w)) % (8 * h), i % (8 * w)]
    pixels[i] = data[(c * h + (y >> 3)) * w + (x >> 3)]
  }
  return { sample: toValue(pixels, 'float32', [1, 3, 8 * h, 8 * w]) }
}

const info = (name: string, type: ValueInfo['type'], ...shape: ValueInfo['shape']): ValueInfo => ({ name, type, shape })
const networks: Record<string, Signature & { run: Network }> = {
  text_encoder: {
    inputs: [info('input_ids', 'int64', 'b', 77)],
    outputs: [info('last_hidden_state', 'float32', 'b', 77, 2), info('text_embeds', 'float32', 'b', 1)],
    run: textEncoder(2, 'last_hidden_state'),
  },
  text_encoder_2: {
    inputs: [info('input_ids', 'int64', 'b', 20)],
    outputs: ['hidden_states.0', 'hidden_states.1'].map((name) => info(name, 'float32', 'b', 20, textWidth)),
    run: textEncoder(textWidth, 'hidden_states.0'),
  },
  transformer: {
    inputs: [inputs.latents, inputs.text, 'pooled', 'level', 'positions'].map((name) => info(name, 'float32', 'b')),
    outputs: [info('velocity', 'float32', 'b')],
    run: transformer,
  },
  vae_decoder: {
    inputs: [info('latents', 'float32', 'b', 3, 'h', 'w')],
    outputs: [info('sample', 'float32', 'b', 3, 'h', 'w')],
    run: vaeDecoder,
  },
}

const sessions: SessionFactory = {
  parts: Object.keys(networks),
  numerics: { backend: 'toy', runtime: '1', device: 'cpu', threads: 1 },
  digests: async (part) => [[part, '0']],
  signature: async (part) => networks[part],
  open: async (part): Promise<Session> => ({
    ...networks[part],
    run: async (feeds) => networks[part].run(feeds),
    release: async () => {},
  }),
}

const base = diskFiles('fixtures/layouts/tiny-sd15')
const tokenizer = ['vocab.json', 'merges.txt', 'special_tokens_map.json', 'tokenizer_config.json']
const files = overlayFiles(base, {
  'model_index.json': JSON.stringify({ _class_name: 'ToyPipeline' }),
  'scheduler/scheduler_config.json': JSON.stringify({
    _class_name: 'FlowMatchEulerDiscreteScheduler',
    num_train_timesteps: 1000,
    shift: 1,
  }),
  'vae_decoder/config.json': JSON.stringify({ scaling_factor: 1, block_out_channels: [1, 1, 1, 1] }),
  'vae_encoder/config.json': null,
  'text_encoder_2/config.json': JSON.stringify({ max_position_embeddings: 20 }),
  ...Object.fromEntries(
    await Promise.all(
      tokenizer.map(async (name) => [`tokenizer_2/${name}`, await readBytes(base, `tokenizer/${name}`)]),
    ),
  ),
})

describe('a denoiser that is no UNet', async () => {
  const model = await createOnnxModel({ files, sessions, architectures: [toy] })
  afterAll(() => model.dispose())

  it('tells its own sizes and limits', () => {
    expect(model.info).toMatchObject({
      tokenLimits: { text_encoder: 77, text_encoder_2: 20 },
      latent: { channels: 3, pixelsPer: 8 },
      size: { width: 32, height: 32 },
      sizeMultiple: 16,
    })
  })

  it('draws: what its formula says, guided by a negative', async () => {
    const scale = 1.5
    const recipe = {
      prompt: 'a man with a hat',
      negatives: ['glasses'],
      scale,
      width: 48,
      height: 32,
      steps: 4,
      seed: 3,
    }
    const { latents, image } = await generate(model, recipe).result
    expect([image.width, image.height]).toEqual([48, 32])
    const texts = await model.encode([{ text: recipe.prompt }, { text: 'glasses' }], { width: 48, height: 32 })
    const [positive, negative] = await Promise.all(
      texts.map(async (one) => {
        const { context, pooled } = (await one.tensors?.()) ?? {}
        expect(context.shape).toEqual([97, 3])
        expect(one.length).toBe(97)
        const mean = (c: number) => context.data.reduce((sum, x, i) => (i % 3 === c ? sum + x : sum), 0) / 97
        return [0, 1, 2].map((c) => mean(c) + pooled.data[0])
      }),
    )
    const guided = positive.map((x, c) => negative[c] + scale * (x - negative[c]))
    expect(latents.shape).toEqual([3, 4, 6])
    latents.data.forEach((x, i) => {
      const [c, y, column] = [Math.floor(i / 24), Math.floor(i / 6) % 4, i % 6]
      expect(x).toBeCloseTo(drawn(guided[c], 0, y >> 1, column >> 1), 4)
    })
    expect(image.data[0]).toBeCloseTo((guided[0] / 2 + 0.5) * 255, -0.5)
  })

  it('says which encoder cut a long prompt off', async () => {
    const text = 'man '.repeat(30)
    const [cut] = await model.encode([{ text }], { width: 32, height: 32 })
    expect(cut.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('has 30 tokens and text_encoder_2 reads 18'),
    ])
    expect(cut.words.filter(({ encoder }) => encoder === 'text_encoder')).toHaveLength(30)
    expect(cut.words.filter(({ encoder }) => encoder === 'text_encoder_2')).toHaveLength(18)
  })

  it('is refused where only other kinds are known, by the name of its pipeline', async () => {
    const { transformer: _, ...others } = networks
    const without = { ...sessions, parts: Object.keys(others) }
    await expect(createOnnxModel({ files, sessions: without, architectures: [] })).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('ToyPipeline'),
    })
  })
})

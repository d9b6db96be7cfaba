import { readFileSync } from 'node:fs'
import { type GenerateInput, generate } from '@neg/core'
import { type AttentionSample, heatMap, strengthCurve } from '@neg/core/analysis'
import { afterAll, describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { localModel } from '../../test/local-model'
import { flux } from '../denoiser/flux'
import { sd3 } from '../denoiser/sd3'
import { readGraphNodes } from './graph-nodes'

interface Drawn {
  readonly first: readonly number[]
  readonly largest: number
}
interface Recorded {
  readonly prompt: string
  readonly negative: string
  readonly height: number
  readonly width: number
  readonly watched: readonly (Drawn & {
    readonly model: string
    readonly length: number
    /** Tokens that the maps are of. */
    readonly tokens: readonly number[]
    /** Of each call, by layer. */
    readonly norms: readonly Record<string, Record<'positive' | 'negative', number[]>>[]
    /** Of the second call. */
    readonly maps: Record<string, Record<'positive' | 'negative', number[]>>
  })[]
  readonly nag: readonly (Drawn & {
    readonly model: string
    readonly steps: number
    readonly seed: number
    readonly options: { readonly scale: number; readonly tau: number; readonly alpha: number }
  })[]
  readonly pag: readonly (Drawn & {
    readonly layers: readonly number[]
    readonly scale: number
    readonly pagScale: number
    readonly seed: number
  })[]
}

const recorded: Recorded = JSON.parse(readFileSync('fixtures/layouts/transformer-attention.json', 'utf8'))
const { prompt, negative, width, height } = recorded
const base = { prompt, width, height, maxSequenceLength: 48 } satisfies GenerateInput
const largest = (values: ArrayLike<number>) => Math.max(...Array.from(values, Math.abs))
const distance = ({ first, largest }: Drawn, data: Float32Array) =>
  Math.max(...first.map((value, i) => Math.abs(value - data[i]))) / largest
const difference = (a: Float32Array, b: Float32Array) =>
  Math.max(...a.map((value, i) => Math.abs(value - b[i]))) / largest(a)

describe('layers of a transformer', () => {
  const nodesOf = async (name: string) => {
    const file = await diskFiles(`fixtures/layouts/${name}`).open('transformer/model.onnx')
    return readGraphNodes(file, name)
  }

  it('are found by structure: streams that are joined, and those that are one', async () => {
    const kinds = (sites: ReturnType<typeof sd3.attention.find>) =>
      sites.map(({ name, kind, joint }) => [
        name,
        kind,
        joint && [joint.first, Boolean(joint.key), Boolean(joint.stream)],
      ])
    expect(kinds(sd3.attention.find(await nodesOf('tiny-sd3')))).toEqual([
      ['transformer_blocks.0.attn', 'joint', ['image', true, false]],
      ['transformer_blocks.1.attn', 'joint', ['image', true, false]],
    ])
    // Stable Diffusion 3.5 has layers over the picture alone, too.
    expect(kinds(sd3.attention.find(await nodesOf('tiny-sd35')))).toEqual([
      ['transformer_blocks.0.attn', 'joint', ['image', true, false]],
      ['transformer_blocks.0.attn2', 'self', undefined],
      ['transformer_blocks.1.attn', 'joint', ['image', true, false]],
    ])
    expect(kinds(flux.attention.find(await nodesOf('tiny-flux-schnell')))).toEqual([
      ['transformer_blocks.0.attn', 'joint', ['text', true, false]],
      ['transformer_blocks.1.attn', 'joint', ['text', true, false]],
      ['single_transformer_blocks.0.attn', 'joint', ['text', false, true]],
      ['single_transformer_blocks.1.attn', 'joint', ['text', false, false]],
    ])
  })

  it('are computed by the device’s own kernel', async () => {
    for (const [name, closed] of [
      ['tiny-sd3', 2],
      ['tiny-sd35', 3],
      ['tiny-flux-dev', 4],
    ] as const) {
      const model = await localModel(`fixtures/layouts/${name}`)
      expect(model.info.attention?.layers['transformer']).toEqual({ closed, exported: 0 })
      await model.dispose()
    }
  })
})

it.each(recorded.watched)('attention to the text of $model is what hooks in PyTorch see', async (one) => {
  const model = await localModel(`fixtures/layouts/${one.model}`)
  const scale = one.model === 'tiny-sd3' ? { scale: 5 } : { scale: 3, distilledScale: 3.5 }
  const run = generate(
    model,
    { ...base, negatives: [negative], guidance: 'negative-prompt', steps: 3, seed: 40, ...scale },
    { capture: { roles: ['positive', 'negative'], tokens: 'all', maps: true }, decode: false },
  )
  let compared = 0
  const samples: AttentionSample[] = []
  for await (const event of run) {
    if (event.type !== 'attention') continue
    samples.push(event)
    const role = event.role as 'positive' | 'negative'
    for (const { name, norms, maps = new Float32Array(), ...layer } of event.capture.layers) {
      expect([layer.height, layer.width]).toEqual([height / 16, width / 16])
      const expected = one.norms[event.call][name][role]
      expect(norms).toHaveLength(one.length)
      expect(largest(norms.map((norm, token) => norm - expected[token])) / largest(expected)).toBeLessThan(1e-4)
      compared++
      if (event.call !== 1) continue
      const map = one.maps[name][role]
      const pixels = layer.height * layer.width
      const own = one.tokens.flatMap((token) => [...maps.slice(token * pixels, (token + 1) * pixels)])
      expect(largest(own.map((value, i) => value - map[i])) / largest(map)).toBeLessThan(1e-4)
    }
  }
  expect(compared).toBe(one.norms.length * 2 * Object.keys(one.maps).length)
  // r_t of every pair of recorded tokens, at every call: Σ_k ‖F_k[p₋]‖ / Σ_k ‖F_k[p₊]‖ of PyTorch's norms.
  const sum = (call: Recorded['watched'][number]['norms'][number], role: 'positive' | 'negative', token: number) =>
    Object.values(call).reduce((total, layer) => total + layer[role][token], 0)
  for (const away of one.tokens) {
    for (const near of one.tokens) {
      const curve = strengthCurve(samples, { word: away }, near)
      expect(curve.map(({ call }) => call)).toEqual(one.norms.map((_, call) => call))
      for (const [call, norms] of one.norms.entries()) {
        const expected = sum(norms, 'negative', away) / sum(norms, 'positive', near)
        expect(Math.abs(curve[call].ratio / expected - 1)).toBeLessThan(1e-4)
      }
    }
  }
  const { latents, record } = await run.result
  expect(distance(one, latents.data)).toBeLessThan(1e-4)
  expect(record.numerics.graph).toBe('capture')
  await model.dispose()
})

it.each(recorded.nag)('NAG on $model, $options: the authors’ data flow, in no further pass', async (one) => {
  const model = await localModel(`fixtures/layouts/${one.model}`)
  const { latents, record } = await generate(
    model,
    {
      ...base,
      negatives: [negative],
      guidance: { name: 'nag', options: one.options },
      scale: 1,
      steps: one.steps,
      seed: one.seed,
    },
    { decode: false },
  ).result
  expect(distance(one, latents.data)).toBeLessThan(1e-4)
  expect(record.evaluations.run).toBe(one.steps)
  // Its layers have no scores that stand whole in memory.
  expect(record.numerics.graph).toBe('nag+fused')
  expect(record.warnings).toEqual([])
  await model.dispose()
})

it.each(recorded.pag)(
  'PAG in the layers $layers of tiny-sd3 is diffusers’',
  async ({ layers, pagScale, scale, seed, ...one }) => {
    const model = await localModel('fixtures/layouts/tiny-sd3')
    const options = { layers: layers.map((layer) => `transformer_blocks.${layer}`), scale: pagScale }
    const { latents } = await generate(
      model,
      { ...base, negatives: scale > 1 ? [negative] : [], guidance: { name: 'pag', options }, scale, steps: 3, seed },
      { decode: false },
    ).result
    expect(distance(one, latents.data)).toBeLessThan(1e-4)
    await model.dispose()
  },
)

describe.each(['tiny-sd35', 'tiny-flux-schnell'])('guidance inside the attention of %s', async (name) => {
  const model = await localModel(`fixtures/layouts/${name}`)
  afterAll(() => model.dispose())
  const latents = async (more: Partial<GenerateInput>) =>
    (await generate(model, { ...base, scale: 1, steps: 2, seed: 1, ...more }, { decode: false }).result).latents.data
  const guidance = (name: string, options: object) => ({ name, options }) as GenerateInput['guidance']

  it('is none with neutral parameters, and differs by method', async () => {
    const plain = await latents({})
    for (const more of [
      { guidance: guidance('nag', { scale: 1 }), negatives: [negative] },
      { guidance: guidance('nag', { alpha: 0 }), negatives: [negative] },
      { guidance: guidance('pag', { layers: [] }) },
      { guidance: guidance('seg', { blurSigma: 0 }) },
    ]) {
      expect(difference(plain, await latents(more))).toBeLessThan(1e-4)
    }
    const others = [
      await latents({ guidance: 'nag', negatives: [negative] }),
      await latents({ guidance: 'nag', negatives: [negative], scale: 2 }),
      await latents({ guidance: guidance('pag', { layers: 'all' }) }),
      await latents({ guidance: guidance('seg', { layers: 'all' }) }),
    ]
    for (const [i, one] of others.entries()) {
      for (const other of [plain, ...others.slice(0, i)]) expect(difference(one, other)).toBeGreaterThan(1e-3)
    }
  })

  it('pushes nothing where the negative is the prompt itself', async () => {
    const plain = await latents({})
    expect(difference(plain, await latents({ guidance: 'nag', negatives: [prompt] }))).toBeLessThan(1e-4)
  })

  it('replaces attention by another prompt’s, and nothing by its own', async () => {
    const size = { width, height }
    const [own, other] = await model.encode(
      [prompt, 'a man with a hat'].map((text) => ({ text, maxSequenceLength: 48 })),
      size,
    )
    const { latents: input } = await generate(model, { ...base, scale: 1, steps: 1, seed: 5 }, { decode: false }).result
    const predicted = async (options: object, against: typeof own) => {
      const edit = { name: 'replace', options: options as never, against }
      const row = { picture: 'p', t: 500, input, conditioning: own, ...(against ? { edit } : {}) }
      return (await model.denoise({ rows: [row] }, {})).rows[0].output.data
    }
    const plain = await predicted({}, undefined as never)
    expect(difference(plain, await predicted({ cross: true, self: true }, own))).toBeLessThan(1e-4)
    const [cross, self] = [
      await predicted({ cross: true, self: false }, other),
      await predicted({ cross: false, self: true }, other),
    ]
    expect(difference(plain, cross)).toBeGreaterThan(1e-4)
    expect(difference(plain, self)).toBeGreaterThan(1e-4)
    expect(difference(cross, self)).toBeGreaterThan(1e-4)
    for (const conditioning of [own, other]) conditioning.release()
  })
})

it('lights up words of CLIP and of T5 apart', async () => {
  const model = await localModel('fixtures/layouts/tiny-sd3')
  const maps = await Promise.all(
    [undefined, 'text_encoder', 'text_encoder_3'].map(async (encoder) => {
      const tokens = ['glasses']
      const capture = { roles: ['positive'], tokens, maps: true, ...(encoder ? { encoder } : {}) }
      const samples = []
      for await (const event of generate(model, { ...base, steps: 1, scale: 1, seed: 2 }, { capture, decode: false })) {
        if (event.type === 'attention') samples.push(event)
      }
      const [{ positions }] = samples[0].tokens
      return { first: positions[0], map: heatMap(samples, 'glasses', { width, height }).data }
    }),
  )
  expect(maps[0]).toEqual(maps[1])
  expect(maps[1].first).toBeLessThan(77)
  expect(maps[2].first).toBeGreaterThanOrEqual(77)
  expect(difference(maps[1].map, maps[2].map)).toBeGreaterThan(1e-3)
  const run = generate(
    model,
    { ...base, steps: 1, scale: 1 },
    { capture: { roles: ['positive'], tokens: ['glasses'], maps: false, encoder: 'text_encoder_9' }, decode: false },
  )
  const warnings: string[] = []
  for await (const event of run) if (event.type === 'warning') warnings.push(event.message)
  expect(warnings[0]).toContain('text_encoder and text_encoder_3')
  await model.dispose()
})

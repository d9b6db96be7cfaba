import type { AttentionSample } from './attention-sample'

/** What a made-up layer shows: cells, and for each word its norm and map. */
export interface FakeLayer {
  readonly height: number
  readonly width: number
  readonly words: Readonly<Record<string, { readonly norm: number; readonly map?: readonly number[] }>>
  readonly meanSquare?: number
}

/** A sample of attention that was never computed. */
export function sample(role: string, call: number, layers: readonly FakeLayer[], index = 0): AttentionSample {
  const words = Object.keys(layers[0].words)
  return {
    step: call,
    call,
    role,
    index,
    tokens: words.map((text, i) => ({ text, positions: [i + 1] })),
    capture: {
      layers: layers.map(({ height, width, words: seen, meanSquare = 0 }, i) => ({
        name: `layer.${i}`,
        height,
        width,
        norms: Float32Array.from(words, (word) => seen[word].norm),
        maps: Float32Array.from(words.flatMap((word) => seen[word].map ?? new Array(height * width).fill(0))),
        meanSquare,
      })),
    },
  }
}

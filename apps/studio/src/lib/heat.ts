import type { Pixels } from '@neg/core'
import { type AttentionSample, heatMap } from '@neg/core/analysis'
import { gridOf } from './attention'

/** A map over the picture, 0 … 1. */
export interface Heat {
  readonly width: number
  readonly height: number
  readonly values: Float32Array
}

/** Where a prompt's word was looked at over all calls, scaled to 0 … 1. */
export function heatOf(samples: readonly AttentionSample[], word: number): Heat | undefined {
  const grid = gridOf(samples)
  if (!grid || !samples[0].tokens[word]) return undefined
  const { data } = heatMap(samples, word, grid)
  const low = data.reduce((least, value) => Math.min(least, value))
  const high = data.reduce((most, value) => Math.max(most, value))
  return { ...grid, values: data.map((value) => (value - low) / (high - low || 1)) }
}

/** A colour as red, green and blue, 0 … 255. */
export type Rgb = readonly [red: number, green: number, blue: number]

/** A colour of the page's own, as `#rrggbb`. */
export function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.trim().slice(1), 16)
  return [value >> 16, (value >> 8) & 255, value & 255]
}

/**
 * Heat maps of one picture over each other as RGBA, each in its colour: clear where all are cold, and where several are hot
 * their colours mix by how hot each is.
 */
export function heatPixels(heats: readonly { readonly heat: Heat; readonly colour: Rgb }[]): ImageData {
  const { width, height } = heats[0].heat
  const data = new Uint8ClampedArray(width * height * 4)
  for (let i = 0; i < width * height; i++) {
    // Squared, so that where a word is looked at stands out from where it hardly is.
    const shares = heats.map(({ heat }) => heat.values[i] ** 2)
    const sum = shares.reduce((total, share) => total + share, 0)
    for (let c = 0; c < 3; c++) {
      data[4 * i + c] = sum === 0 ? 0 : shares.reduce((mix, share, k) => mix + share * heats[k].colour[c], 0) / sum
    }
    data[4 * i + 3] = 235 * Math.min(1, sum)
  }
  return new ImageData(data, width, height)
}

/** A mask over its picture: where it is white, tinted. */
export function maskTint({ width, height, data }: Pixels): ImageData {
  const tinted = new Uint8ClampedArray(data.length)
  for (let i = 0; i < data.length; i += 4) tinted.set([226, 33, 140, data[i] / 2], i)
  return new ImageData(tinted, width, height)
}

import { maskLight } from '../image/paste-back'
import type { Pixels } from '../image/pixels'
import type { Region } from '../image/resample'

interface Size {
  readonly width: number
  readonly height: number
}

/** What is drawn of a picture, and how large. */
export interface FittedRegion extends Size {
  /** Absent where it is all of the picture, as it is. */
  readonly region?: Region
}

/** A region this much smaller or larger than the model's size, in either direction, is drawn as it is. */
const tolerance = 1.25

/** Context around what is drawn anew: times its size. */
const context = 1.5

/**
 * The part of a picture that is drawn, near the model's own number of pixels: all of a picture that is no larger, or where what is drawn
 * anew is known, the part around that. Sizes that are no multiple of what the model draws are padded; what is much smaller or
 * larger than the model's size is scaled.
 *
 * @param model its size, and what width and height must be multiples of
 * @param around what is drawn anew; default all of the picture
 */
export function fitRegion(picture: Size, model: Size & { readonly multiple: number }, around?: Region): FittedRegion {
  const larger = picture.width * picture.height > model.width * model.height
  const part = around && larger ? partAround(around, picture, model) : { x: 0, y: 0, ...picture }
  const exact = Math.sqrt((model.width * model.height) / (part.width * part.height))
  const scale = exact > tolerance || exact < 1 / tolerance ? exact : 1
  const drawn = (length: number) => model.multiple * Math.ceil(Math.round(length * scale) / model.multiple)
  const [width, height] = [drawn(part.width), drawn(part.height)]
  const region = { x: part.x, y: part.y, width: Math.round(width / scale), height: Math.round(height / scale) }
  const whole = region.x === 0 && region.y === 0 && region.width === picture.width && region.height === picture.height
  return whole && scale === 1 ? { width, height } : { width, height, region }
}

/** A rectangle in the model's proportions around another, with context, at least of the model's size and within the picture. */
function partAround(around: Region, picture: Size, model: Size): Region {
  const most = Math.max((context * around.width) / model.width, (context * around.height) / model.height, 1)
  const width = Math.min(Math.round(model.width * most), picture.width)
  const height = Math.min(Math.round(model.height * most), picture.height)
  const place = (centre: number, length: number, all: number) =>
    Math.min(Math.max(Math.round(centre - length / 2), 0), all - length)
  return {
    x: place(around.x + around.width / 2, width, picture.width),
    y: place(around.y + around.height / 2, height, picture.height),
    width,
    height,
  }
}

/** The smallest rectangle that has everything light of a mask; undefined where it is dark all over. */
export function lightBox(mask: Pixels): Region | undefined {
  const [left, top, right, bottom] = maskLight(mask).reduce(
    ([left, top, right, bottom], light, i) => {
      if (light === 0) return [left, top, right, bottom]
      const [x, y] = [i % mask.width, Math.floor(i / mask.width)]
      return [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)]
    },
    [mask.width, mask.height, 0, 0],
  )
  return right > left ? { x: left, y: top, width: right - left, height: bottom - top } : undefined
}

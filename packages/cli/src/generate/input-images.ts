import { createHash } from 'node:crypto'
import { NegError, type Pixels, type RecipeInput } from '@neg/core'
import { readImage } from '@neg/node'
import { imageSize } from '@neg/node/internal'
import type { ControlFlags } from '../arguments/control'
import type { GenerateFlags } from '../arguments/generate-flags'
import { readBytes } from '../files/read-bytes'
import { checkUnasked } from './drawn-size'

/** What a recipe says of its input images, and the images themselves by their SHA-256. */
export interface InputImages {
  readonly image: RecipeInput['image']
  readonly control?: RecipeInput['control']
  readonly images: Readonly<Record<string, Pixels>>
}

interface Loaded {
  readonly file: string
  readonly bytes: Uint8Array
  readonly sha256: string
  readonly size: { readonly width: number; readonly height: number }
}

/** Names the file in what is thrown about it. */
async function of<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!NegError.isInstance(error)) throw error
    throw new NegError(error.code, `${file}: ${error.message}`, { where: file, cause: error })
  }
}

/** A file and what its header says; it is decoded when everything about it is known to fit. */
async function load(file: string): Promise<Loaded> {
  const bytes = await readBytes(file)
  const size = await of(file, () => imageSize(bytes))
  return { file, bytes, sha256: createHash('sha256').update(bytes).digest('hex'), size }
}

/** @param sized Both sides are what was asked for, so that any number of pixels is meant. */
const decode = ({ file, bytes, size }: Loaded, sized: boolean): Promise<Pixels> =>
  of(file, () => readImage(bytes, sized ? { mostPixels: size.width * size.height } : {}))

/** @throws `image-mismatch` where a picture's header says another size than what is drawn */
function expectSize({ file, size }: Loaded, width = size.width, height = size.height): void {
  if (size.width === width && size.height === height) return
  throw new NegError(
    'image-mismatch',
    `${file} is ${size.width}×${size.height} pixels and what is drawn ${width}×${height}: resize one.`,
    { where: file },
  )
}

/** @throws `image-missing`, `image-mismatch` saying which file the record expects. */
function expect(role: string, flag: string, wanted: string | undefined, found: Loaded | undefined): void {
  if (wanted === undefined || wanted === found?.sha256) return
  const expected = `The record expects the ${role} whose SHA-256 is ${wanted}`
  if (!found) throw new NegError('image-missing', `${expected}. Give it: ${flag} FILE.`, { where: flag })
  throw new NegError('image-mismatch', `${expected}; ${found.file} has ${found.sha256}.`, { where: flag })
}

/** A picture to edit and its mask, by SHA-256, whatever their size. @throws `image-mismatch` where the two are not of one size */
export async function loadPictures(
  photo: string,
  mask: string | undefined,
): Promise<{ readonly photo: string; readonly mask?: string; readonly images: InputImages['images'] }> {
  const [image, over] = await Promise.all([load(photo), mask === undefined ? undefined : load(mask)])
  if (over) expectSize(over, image.size.width, image.size.height)
  const loaded = over ? [image, over] : [image]
  const images = Object.fromEntries(
    await Promise.all(loaded.map(async (one) => [one.sha256, await decode(one, false)])),
  )
  return { photo: image.sha256, ...(over ? { mask: over.sha256 } : {}), images }
}

type Control = NonNullable<RecipeInput['control']>[number]

/**
 * Loads the pictures of `--control`. Those that the base names by SHA-256 keep what it says of them, however often it names one; where it is
 * no record, another takes what the base says of the one in its place. Settings that were given override.
 * @throws `image-missing`, `image-mismatch` where a record's picture is not there
 */
async function controlsOf(
  { defaults, controls }: ControlFlags = { defaults: {}, controls: [] },
  base: readonly Control[] = [],
  recorded: boolean,
): Promise<readonly { readonly control: Control; readonly loaded: Loaded }[]> {
  const [setting] = Object.keys(defaults)
  if (controls.length === 0 && setting !== undefined && base.length === 0) {
    throw new NegError('option-invalid', `--control-${setting} needs a --control that it holds for.`)
  }
  const given = await Promise.all(
    controls.map(async ({ file, ...own }) => ({ own: { ...defaults, ...own }, loaded: await load(file) })),
  )
  const of = (sha256: string) => given.filter(({ loaded }) => loaded.sha256 === sha256)
  const lacking = base.find(({ sha256 }) => of(sha256).length === 0)
  if (lacking && (recorded || given.length === 0)) {
    expect('control picture', '--control', lacking.sha256, given[0]?.loaded)
  }
  const seen = new Map<string, number>()
  const named = base.flatMap((one) => {
    const files = of(one.sha256)
    if (files.length === 0) return []
    const times = seen.get(one.sha256) ?? 0
    seen.set(one.sha256, times + 1)
    const { own, loaded } = files[Math.min(times, files.length - 1)]
    return [{ control: { ...one, ...own }, loaded }]
  })
  const further = given.flatMap((one, i) => {
    const { sha256 } = one.loaded
    if (of(sha256).indexOf(one) < (seen.get(sha256) ?? 0)) return []
    const before = recorded || seen.has(base[i]?.sha256 ?? '') ? undefined : base[i]
    return [{ control: { ...before, ...one.own, sha256 }, loaded: one.loaded }]
  })
  return [...named, ...further]
}

/**
 * Loads `--image`, `--mask` and `--control`, and lays them, `--strength` and `--feather` over the base's. Their sizes are read from their
 * headers and compared with what is drawn before they are decoded.
 * @param recorded Whether the base is a record: its pictures are then the ones that must be given.
 */
export async function inputImagesOf(
  flags: GenerateFlags,
  { image: base, control, ...recipe }: Partial<RecipeInput>,
  recorded: boolean,
): Promise<InputImages> {
  const image = flags.image === undefined ? undefined : await load(flags.image)
  const mask = flags.mask === undefined ? undefined : await load(flags.mask)
  if (recorded || !image) expect('input image', '--image', base?.sha256, image)
  if (recorded || !mask) expect('mask', '--mask', base?.mask, mask)
  const controls = await controlsOf(flags.controls, control, recorded)
  if (!image) {
    const alone = (['mask', 'strength', 'feather'] as const)
      .filter((key) => flags[key] !== undefined)
      .map((key) => `--${key}`)[0]
    if (alone)
      throw new NegError('option-invalid', `${alone} needs --image: a picture to begin from.`, { where: alone })
  }
  const size = { width: flags.width ?? recipe.width, height: flags.height ?? recipe.height }
  const sized = size.width !== undefined && size.height !== undefined
  const unsized = size.width === undefined && size.height === undefined
  // Where nobody says a size, it is the picture's that is begun from, else of the one that leads.
  const first = image ?? controls[0]?.loaded
  if (unsized && first) checkUnasked({}, first.size, first.file)
  const drawn = unsized && first ? first.size : size
  // What is drawn of a region is put back: the picture may have any size.
  const begun = base?.region && image ? image.size : drawn
  for (const one of image ? [image, ...(mask ? [mask] : [])] : []) expectSize(one, begun.width, begun.height)
  for (const { loaded } of controls) expectSize(loaded, drawn.width, drawn.height)
  const { inversion, find, region } = base ?? {}
  if (image && flags.feather !== undefined && !mask && !find && !region) {
    throw new NegError('option-invalid', '--feather needs --mask: it is the edge of one.', { where: '--feather' })
  }
  const strength = flags.strength ?? base?.strength
  const feather = flags.feather ?? base?.feather
  const loaded = [...(image ? [image] : []), ...(mask ? [mask] : []), ...controls.map((one) => one.loaded)]
  return {
    image: image && {
      sha256: image.sha256,
      ...(strength === undefined ? {} : { strength }),
      ...(mask ? { mask: mask.sha256 } : {}),
      ...(feather === undefined || !(mask || find || region) ? {} : { feather }),
      ...(inversion ? { inversion } : {}),
      ...(find && !mask ? { find } : {}),
      ...(region ? { region } : {}),
    },
    ...(controls.length > 0 ? { control: controls.map((one) => one.control) } : {}),
    images: Object.fromEntries(await Promise.all(loaded.map(async (one) => [one.sha256, await decode(one, sized)]))),
  }
}

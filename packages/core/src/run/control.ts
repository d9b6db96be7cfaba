import { NegError } from '../errors/neg-error'
import type { Pixels } from '../image/pixels'
import type { RowControl } from '../model/denoise'
import type { ModelInfo } from '../model/diffusion-model'
import type { ControlSpec } from '../recipe/control'
import type { CheckedRecipe, Recipe } from '../recipe/recipe'
import { scalarAt } from '../recipe/scalar'
import { isOpen, type Position } from '../recipe/window'
import { checkImageSize, imageOf } from './images'
import type { RunOptions } from './run'

type Size = Pick<Recipe, 'width' | 'height'>

/** @throws `control-unsupported` where the model has no ControlNet, or none of that name */
function nameOf(
  asked: string | undefined,
  where: string,
  { id, controls }: Pick<ModelInfo, 'id' | 'controls'>,
): string {
  const refuse = (message: string) => {
    throw new NegError('control-unsupported', message, { where })
  }
  if (!controls) {
    return refuse(
      `${id} can't be led by a ControlNet: its denoiser has no inputs for what one adds (down_block_additional_residuals_0 …, ` +
        'mid_block_additional_residual). Export its UNet with them, or leave control out.',
    )
  }
  const names = controls.map(({ name }) => name)
  if (names.length === 0) {
    return refuse(
      `${id} was opened without a ControlNet: open it with one (controlnets: { NAME: FOLDER }, on the command line --controlnet FOLDER), ` +
        'or leave control out.',
    )
  }
  if (asked === undefined && names.length > 1) {
    return refuse(`${id} has the ControlNets ${names.join(', ')}: say which, as controlnet.`)
  }
  if (asked !== undefined && !names.includes(asked)) {
    return refuse(`${id} has no ControlNet '${asked}'; it has ${names.join(', ')}.`)
  }
  return asked ?? names[0]
}

/**
 * A recipe's control pictures, filled in for a model.
 * @throws `control-unsupported`, `recipe-invalid`, `size-invalid`
 */
export function resolveControl(
  { control = [], image }: Pick<CheckedRecipe, 'control' | 'image'>,
  { width, height }: Size,
  info: Pick<ModelInfo, 'id' | 'controls'>,
): readonly ControlSpec[] {
  if (control.length > 0 && image?.inversion) {
    throw new NegError(
      'recipe-invalid',
      'A picture is inverted without ControlNets, so what they add would lead away from it: leave control out, or image.inversion.',
      { where: 'control' },
    )
  }
  return control.map(({ sha256, controlnet, strength = 1, window }, i) => {
    const name = nameOf(controlnet, `control[${i}]`, info)
    const size = info.controls?.find((one) => one.name === name)?.size
    if (size && (size.width !== width || size.height !== height)) {
      throw new NegError(
        'size-invalid',
        `The ControlNet ${name} was exported for ${size.width} × ${size.height} pixels (width × height) only; the picture asks for ` +
          `${width} × ${height}. Ask for that size, or export it with free axes for other sizes.`,
        { where: 'width' },
      )
    }
    return { sha256, controlnet: name, strength, ...(window ? { window } : {}) }
  })
}

/** A control picture, and what the recipe says of it. */
export interface ControlPicture {
  readonly spec: ControlSpec
  readonly image: Pixels
}

/** A recipe's control pictures. @throws `image-missing`; `image-mismatch` where one is not of the recipe's size */
export function controlPictures({ control = [], width, height }: Recipe, options: RunOptions): ControlPicture[] {
  return control.map((spec, i) => {
    const what = `control[${i}]`
    const image = imageOf(options.images ?? [], spec.sha256, what)
    checkImageSize(image, what, { width, height })
    return { spec, image }
  })
}

/** What a control picture's factor is at a place of the run: 0 where its window is closed. */
export const controlStrength = ({ strength, window }: ControlSpec, at: Position): number =>
  isOpen(window, at) ? scalarAt(strength, at.step / at.steps) : 0

/** What ControlNets add at a place of the run; undefined where nothing. */
export function controlAt(pictures: readonly ControlPicture[], at: Position): readonly RowControl[] | undefined {
  const acting = pictures.flatMap(({ spec, image }) => {
    const strength = controlStrength(spec, at)
    return strength === 0 ? [] : [{ name: spec.controlnet, image, strength }]
  })
  return acting.length > 0 ? acting : undefined
}

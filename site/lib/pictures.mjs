import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { common } from '../../scripts/guidance-table/methods.mjs'
import { pair, seed, shownWith } from './guidance-recipes.mjs'

/**
 * Draws what the guidances' pages show: without a negative, and with the guidance, side by side.
 * @param {string[]} names
 * @param {string} folder The pictures' own.
 */
export async function drawPictures(names, folder) {
  const { generate } = await import('@neg/core')
  const { node, writePng } = await import('@neg/node')
  mkdirSync(folder, { recursive: true })
  const model = await node()
  try {
    const draw = async (recipe) =>
      (await generate(model, { prompt: pair.prompt, seed, ...common, ...recipe }).result).image
    const plain = new Map()
    for (const name of names) {
      const shown = shownWith(name)
      if ('without' in shown) continue
      const scheduler = shown.scheduler ?? common.scheduler
      const key = JSON.stringify(scheduler)
      if (!plain.has(key)) plain.set(key, await draw({ guidance: 'classifier-free', scheduler }))
      const sheet = besides(plain.get(key), await draw({ ...shown.recipe, scheduler }))
      writeFileSync(join(folder, `${name}.png`), await writePng(sheet))
    }
  } finally {
    await model.dispose()
  }
}

/** Two pictures of one size, side by side. */
function besides(left, right) {
  const { width, height } = left
  const data = new Uint8ClampedArray(2 * width * height * 4)
  for (let y = 0; y < height; y++) {
    for (const [i, { data: own }] of [left, right].entries()) {
      data.set(own.subarray(y * width * 4, (y + 1) * width * 4), (2 * y + i) * width * 4)
    }
  }
  return { width: 2 * width, height, data }
}

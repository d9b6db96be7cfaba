import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pictureDistance } from '@neg/core/analysis'

const side = 128
const short = (value) => Math.round(value * 1000) / 1000

/** Pictures with an attribute and without it, as training/portraits/record_edits.py wrote them. */
export function rendersOf(folder, count) {
  const bytes = readFileSync(join(folder, 'renders.rgb'))
  const size = side * side * 3
  const picture = (i) => {
    const data = new Uint8ClampedArray(4 * side * side).fill(255)
    for (let p = 0; p < side * side; p++) for (let c = 0; c < 3; c++) data[4 * p + c] = bytes[i * size + 3 * p + c]
    return { width: side, height: side, data }
  }
  const renders = JSON.parse(readFileSync(join(folder, 'renders.json'), 'utf8'))
  return renders.slice(0, count).map((render, i) => ({ ...render, photo: picture(2 * i), truth: picture(2 * i + 1) }))
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return {}
  }
}

/** The judge's answer to a picture, small enough to keep. */
async function judged(model, image, attribute) {
  const { attributes, features } = await model.judge(image)
  const { [attribute]: seen, ...other } = attributes
  return {
    seen: short(seen),
    other: Object.fromEntries(Object.entries(other).map(([name, value]) => [name, short(value)])),
    features: Buffer.from(features.buffer, features.byteOffset, features.byteLength).toString('base64'),
  }
}

/**
 * Edits and judges what is not in the cache yet: for each method and render { seen, other, features, distance (to the truth), rows }.
 * `photo` and `truth` are the judge's answers to the pictures themselves.
 *
 * @param keep called with each picture that was drawn anew
 */
export async function measure({ edit, models, renders, methods, common, cache, keep = () => {}, say }) {
  const results = {}
  const run = async (name, key, work) => {
    const path = join(cache, `${key}.json`)
    const done = readJson(path)
    const left = renders.filter(({ seed }) => !(seed in done))
    const started = performance.now()
    const drawn = left.length
    await Promise.all(
      models.map(async (model) => {
        for (let render = left.shift(); render; render = left.shift()) {
          done[render.seed] = await work(model, render)
          writeFileSync(path, JSON.stringify(done))
        }
      }),
    )
    if (drawn > 0) say(`${name}: ${drawn} edits, ${((performance.now() - started) / 1000).toFixed(0)} s`)
    results[name] = renders.map(({ seed }) => ({ seed, ...done[seed] }))
  }
  const itself =
    (which) =>
    async (model, { attribute, truth, ...render }) => ({
      ...(await judged(model, { ...render, truth }[which], attribute)),
      distance: pictureDistance({ ...render, truth }[which], truth),
      rows: 0,
    })
  const { digest } = models[0].info
  for (const which of ['photo', 'truth']) await run(which, `${digest.slice(0, 8)}-${which}`, itself(which))
  for (const { name, input } of methods) {
    const key = createHash('sha256')
      .update(JSON.stringify([digest, common, input('ATTRIBUTE')]))
      .digest('hex')
      .slice(0, 16)
    await run(name, key, async (model, { attribute, photo, truth, seed }) => {
      const sha256 = createHash('sha256').update(photo.data).digest('hex')
      const { image, record } = await edit(
        model,
        { ...common, ...input(attribute), image: sha256 },
        { images: { [sha256]: photo } },
      ).result
      keep(name, { attribute, seed, photo, truth, image })
      return {
        ...(await judged(model, image, attribute)),
        distance: pictureDistance(image, truth),
        rows: record.evaluations.run,
      }
    })
  }
  return results
}

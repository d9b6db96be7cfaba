import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pictureDistance } from '@neg/core/analysis'

/** Judged probabilities are kept to three digits. */
const short = (value) => Math.round(value * 1000) / 1000

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

/**
 * Draws and judges what is not in the cache yet. A run's result is { seen, other: {attribute: probability}, distance, rows,
 * features }; `distance` is to the picture of the same seed without a negative, `features` the judge's, float32 in base64.
 */
export async function measure({ generate, models, pairs, methods, common, seeds, cache, only, say }) {
  mkdirSync(join(cache, 'pictures'), { recursive: true })
  const results = {}
  for (const method of methods) {
    const scheduler = method.scheduler ?? common.scheduler
    const asked = ({ name, baseline, scheduler: own = common.scheduler }) =>
      !only || (!baseline && only.includes(name) && own === scheduler)
    // A baseline is drawn for those that are compared with it.
    if (!(method.baseline ? methods.some(asked) : asked(method))) continue
    const key = createHash('sha256')
      .update(
        JSON.stringify([
          'features',
          models[0].info.digest,
          common,
          scheduler,
          pairs.map((pair) => [pair, method.recipe(pair)]),
        ]),
      )
      .digest('hex')
      .slice(0, 16)
    const path = join(cache, `${key}.json`)
    const done = readJson(path) ?? {}
    const basePath = (id) =>
      join(
        cache,
        'pictures',
        `${models[0].info.digest.slice(0, 8)}-${JSON.stringify(scheduler.config)}-${id}.rgba`.replace(/[^\w.-]/g, '_'),
      )
    const tasks = pairs.flatMap((pair) =>
      Array.from({ length: seeds }, (_, seed) => ({
        pair,
        seed: seed + 1,
        id: `${pair.prompt}-${pair.negative}-${seed + 1}`,
      })),
    )
    const left = tasks.filter(({ id }) => !(id in done))
    const started = performance.now()
    let finished = 0
    const work = async (model) => {
      for (let task = left.shift(); task; task = left.shift()) {
        const recipe = { ...common, scheduler, prompt: task.pair.prompt, seed: task.seed, ...method.recipe(task.pair) }
        const { image, record } = await generate(model, recipe).result
        if (method.baseline) writeFileSync(basePath(task.id), image.data)
        const { attributes, features } = await model.judge(image)
        const { [task.pair.attribute]: seen, ...other } = attributes
        done[task.id] = {
          seen: short(seen),
          other: Object.fromEntries(Object.entries(other).map(([name, value]) => [name, short(value)])),
          distance: short(pictureDistance(image, { ...image, data: readFileSync(basePath(task.id)) })),
          rows: record.evaluations.run,
          features: Buffer.from(features.buffer).toString('base64'),
        }
        if (++finished % 25 === 0) writeFileSync(path, JSON.stringify(done))
      }
    }
    await Promise.all(models.map(work))
    writeFileSync(path, JSON.stringify(done))
    results[method.name] = tasks.map(({ pair, id }) => ({ id, pair, ...done[id] }))
    if (finished > 0) say(`${method.name}: ${finished} runs, ${((performance.now() - started) / 1000).toFixed(0)} s`)
  }
  return results
}

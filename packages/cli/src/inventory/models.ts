import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { NegError } from '@neg/core'
import { hubCache } from '@neg/node/internal'
import portraits from '@neg/portraits'
import { sizeText } from '../output/size'
import { cachedModels, sizesBelow } from './hub-cache'
import { defaultsLine, defaultsText, type ModelDefaults, modelDefaults } from './model-defaults'
import { filesOf, isModelFolder, layoutLine, type Networks, networksAmong } from './networks'
import { table } from './table'

/** A model that is on this machine. */
interface ModelEntry {
  readonly id: string
  readonly folder: string
  /** Of its ONNX files and their weights. */
  readonly bytes: number
  /** Whether it has graphs to draw with. */
  readonly onnx: boolean
  /** Its networks, however the folder lays them out. */
  readonly networks: Networks
  /** What a recipe without settings is drawn with. */
  readonly draws: ModelDefaults
}

async function entryOf(id: string, folder: string): Promise<ModelEntry> {
  const files = await sizesBelow(folder)
  const networks = files.filter(({ path }) => /\.(onnx|onnx_data)$|weights\.pb$/.test(path))
  return {
    id,
    folder,
    bytes: networks.reduce((sum, { bytes }) => sum + bytes, 0),
    onnx: networks.length > 0,
    networks: networksAmong(id, await filesOf(folder)),
    draws: await modelDefaults(folder, id),
  }
}

/** What models are here, for people or as JSON. */
export async function modelsText(json: boolean): Promise<string> {
  const cache = hubCache()
  const embedded = await entryOf('portraits', portraits)
  const cached = await Promise.all(
    (await cachedModels(cache, isModelFolder)).map(({ id, folder }) => entryOf(id, folder)),
  )
  if (json) return `${JSON.stringify({ embedded, cache, cached }, null, 2)}\n`
  const draws = ({ draws }: ModelEntry) => ('error' in draws ? draws.error : defaultsLine(draws.defaults))
  const drawable = cached.filter(({ onnx }) => onnx)
  const rows = [
    ['portraits', sizeText(embedded.bytes), 'embedded, the default'],
    ...cached.map(({ id, bytes, onnx, folder, networks }) =>
      onnx
        ? [id, sizeText(bytes), `${folder}: ${layoutLine(networks)}`]
        : [id, '–', `has no ONNX files: optimum-cli export onnx --model ${id} ${id.split('/').pop()}-onnx`],
    ),
  ]
  const none = cached.length === 0 ? `\nNo image model in the Hugging Face cache (${cache}).` : ''
  return [
    `${table(rows)}${none}`,
    `Without settings they draw with:\n${table(
      [embedded, ...drawable].map((entry) => [entry.id, draws(entry)]),
      '  ',
    )}`,
    '--model takes a folder exported by Optimum, or the name of a model on the Hugging Face Hub. ' +
      'neg models NAME says what one recommends.\n',
  ].join('\n\n')
}

/**
 * What one model recommends: the embedded one, one of the cache by its name, or a folder.
 * @throws `model-missing`
 */
export async function modelText(name: string, json: boolean): Promise<string> {
  const known = [{ id: 'portraits', folder: portraits }, ...(await cachedModels(hubCache(), isModelFolder))]
  const found =
    known.find(({ id }) => id === name) ??
    (existsSync(name) ? { id: basename(resolve(name)), folder: name } : undefined)
  if (!found) {
    throw new NegError(
      'model-missing',
      `There is no model '${name}' here: no such folder, and the cache has ${known.map(({ id }) => id).join(', ')}.`,
      { where: name },
    )
  }
  const entry = await entryOf(found.id, found.folder)
  if (json) return `${JSON.stringify(entry, null, 2)}\n`
  return `${entry.id}, ${sizeText(entry.bytes)}, ${entry.folder}\n  ${layoutLine(entry.networks)}\n${defaultsText(
    entry.draws,
  )
    .map((line) => `  ${line}\n`)
    .join('')}`
}

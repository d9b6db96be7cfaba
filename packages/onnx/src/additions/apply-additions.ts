import { NegError } from '@neg/core'
import { fileSha256 } from '../files/digest'
import type { GraphPatch } from '../graph/graph-patch'
import type { TextEncoderPart } from '../model/text-encoder-part'
import type { SessionFactory } from '../session/session'
import type { Added, Ground } from './added'
import type { Additions, EmbeddingAddition } from './addition'
import { embeddedTokenizer, type NamedTokens } from './embedded-tokenizer'
import { type EmbeddingFile, type EmbeddingVectors, readEmbedding } from './embedding-file'
import { joinPatches } from './join-patches'
import { readLora } from './lora-file'
import { loraPatch } from './lora-patch'
import { type TokenTable, tableRows, tokenTable } from './token-table'

/**
 * Adds LoRA files to the weights and textual inversions to the tables of tokens, in the graphs that sessions are opened from. The model's
 * digest follows, since the digests of the denoiser's files have those of what was added after them.
 *
 * @throws `option-invalid` where graphs can't be patched; `model-mismatch` for what fits nothing; `model-unsupported`,
 *   `model-file-malformed`
 */
export async function applyAdditions(
  ground: Ground,
  { loras = [], embeddings = [], shelf = [] }: Additions,
): Promise<Added> {
  const { sessions, text } = ground
  const patches = new Map<string, (GraphPatch | undefined)[]>()
  const files = await Promise.all(loras.map(readLora))
  const parts = [ground.denoiser, ...text.map(({ use }) => use.part)]
  const graphs = new Map(await Promise.all(parts.map(async (part) => [part, await graphOf(sessions, part)] as const)))

  const found = await addEmbeddings(ground, graphs, embeddings)
  for (const [part, patch] of found.patches) patches.set(part, [patch])

  const unused = files.map(({ unknown, modules }) => [
    ...unknown,
    ...modules.flatMap(({ part, keys }) => (part === 'denoiser' || parts.includes(part) ? [] : keys)),
  ])
  for (const [part, { nodes, weights }] of graphs) {
    const made = await loraPatch(part === ground.denoiser ? 'denoiser' : part, nodes, weights, files)
    if (made.quantised.length > 0) {
      throw new NegError(
        'model-unsupported',
        `The weights of ${part} are quantised, and a LoRA is added to weights of float32 or float16: choose another file (dtype ` +
          `'fp32' or 'fp16'), or leave the LoRA out.`,
        { where: part },
      )
    }
    made.unused.forEach((keys, i) => {
      unused[i].push(...keys)
    })
    patches.set(part, [...(patches.get(part) ?? []), made.patch])
  }
  for (const [i, { name, modules }] of files.entries()) {
    const missed = new Set(unused[i])
    if (modules.some(({ keys }) => !keys.every((key) => missed.has(key)))) continue
    throw new NegError(
      'model-mismatch',
      `The LoRA ${name} fits no layer of ${ground.name} (its first key is ${unused[i][0] ?? 'none'}): it is of another model, or the ` +
        'graphs do not say which layer is which (an optimiser renamed their nodes).',
      { where: name },
    )
  }

  const digests = await Promise.all([
    ...loras.map(async ({ file, weight = 1 }, i) => [`lora/${i} × ${weight}`, await fileSha256(file)] as const),
    ...found.used.map(async ({ addition }) => [`embedding/${addition.name}`, await fileSha256(addition.file)] as const),
  ])
  const shaOf = new Map(digests)
  return {
    text: found.text,
    info: {
      loras: loras.map(({ name, weight = 1 }, i) => ({
        name,
        sha256: shaOf.get(`lora/${i} × ${weight}`) ?? '',
        weight,
        unused: unused[i],
      })),
      embeddings: found.used.map(({ addition: { name }, file }) => ({
        name,
        sha256: shaOf.get(`embedding/${name}`) ?? '',
        vectors: file.vectors[0].count,
      })),
      skipped: found.skipped,
      shelf,
    },
    sessions: {
      ...sessions,
      digests: async (part) => [...(await sessions.digests(part)), ...(part === ground.denoiser ? digests : [])],
      open: (part, patch) => sessions.open(part, joinPatches([...(patches.get(part) ?? []), patch])),
    },
  }
}

async function graphOf({ nodes, weights }: SessionFactory, part: string) {
  if (nodes && weights) return { nodes: await nodes(part), weights: await weights(part) }
  throw new NegError(
    'option-invalid',
    'LoRA files and embeddings are added to graphs as they are opened, and networks that a server runs are opened there: merge them ' +
      'into the model before it is served, or open the folder here.',
    { where: 'loras' },
  )
}

type Graphs = ReadonlyMap<string, Awaited<ReturnType<typeof graphOf>>>

/** An embedding's vectors for each text encoder, in their order; undefined where it is of another model. */
function assigned({ vectors }: EmbeddingFile, tables: readonly TokenTable[]): readonly EmbeddingVectors[] | undefined {
  if (vectors.length !== tables.length) return undefined
  const byKey = ['clip_l', 'clip_g'].map((name) => vectors.find(({ key }) => key === name))
  const ordered = tables.length === 2 && byKey.every((one) => one !== undefined) ? byKey : vectors
  const orders = [ordered, ordered.toReversed()]
  return orders.find((order) => order.every(({ width }, i) => width === tables[i].weight.shape[1]))
}

interface Used {
  readonly addition: EmbeddingAddition
  readonly file: EmbeddingFile
  readonly vectors: readonly EmbeddingVectors[]
}

async function addEmbeddings({ name, text }: Ground, graphs: Graphs, embeddings: readonly EmbeddingAddition[]) {
  if (embeddings.length === 0) return { text, used: [] as Used[], skipped: [] as string[], patches: new Map() }
  const tables = text.map(({ use, graph }) => {
    const own = graphs.get(use.part) as NonNullable<ReturnType<Graphs['get']>>
    return tokenTable(use.part, own.nodes, own.weights, graph.ids)
  })
  const used: Used[] = []
  const skipped: string[] = []
  const taken = new Map<string, string>()
  for (const addition of embeddings) {
    const file = await readEmbedding(addition).catch((error: unknown) => {
      if (addition.optional && NegError.isInstance(error)) return undefined
      throw error
    })
    const vectors = file && assigned(file, tables)
    if (!file || !vectors) {
      if (addition.optional) {
        skipped.push(addition.name)
        continue
      }
      const has = file?.vectors.map(({ count, width }) => `${count} × ${width}`).join(' and ')
      const needs = tables.map(({ weight }) => weight.shape[1]).join(' and ')
      throw new NegError(
        'model-mismatch',
        `The embedding ${addition.name} has vectors of ${has} numbers; the text encoders of ${name} take ${needs}. It is of another kind of model.`,
        { where: addition.name },
      )
    }
    if (new Set(vectors.map(({ count }) => count)).size > 1) {
      throw new NegError(
        'model-file-malformed',
        `The embedding ${addition.name} has different numbers of vectors for its encoders.`,
        {
          where: addition.name,
        },
      )
    }
    for (const own of file.names.map((one) => one.toLowerCase())) {
      const other = taken.get(own)
      if (other !== undefined) {
        throw new NegError(
          'option-invalid',
          `Two embeddings are called '${own}': ${other} and ${addition.name}. Rename one of the files.`,
          {
            where: 'embeddings',
          },
        )
      }
      taken.set(own, addition.name)
    }
    used.push({ addition, file, vectors })
  }
  const patches = new Map<string, GraphPatch>()
  const added = await Promise.all(
    text.map(async (part, encoder): Promise<TextEncoderPart> => {
      if (used.length === 0) return part
      const table = tables[encoder]
      const { nodes } = graphs.get(part.use.part) as NonNullable<ReturnType<Graphs['get']>>
      const rows = await Promise.all(used.map(({ vectors }) => vectors[encoder].read()))
      patches.set(part.use.part, tableRows(nodes, table, joined(rows)))
      let next = table.weight.shape[0]
      const named = used.map(({ file, vectors }): NamedTokens => {
        const ids = Array.from({ length: vectors[encoder].count }, () => next++)
        return { names: file.names, ids }
      })
      return { ...part, tokenizer: embeddedTokenizer(part.tokenizer, named) }
    }),
  )
  return { text: added, used, skipped, patches }
}

function joined(rows: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(rows.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const row of rows) {
    all.set(row, at)
    at += row.length
  }
  return all
}

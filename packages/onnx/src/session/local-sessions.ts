import { NegError } from '@neg/core'
import { denoiserPartOf } from '../denoiser/architectures'
import { configDigests } from '../files/config-digests'
import { fileDigest } from '../files/digest'
import { type ModelFile, type ModelFiles, readBytes } from '../files/model-files'
import { checkDtype, type Dtype, graphFile, networkParts } from '../folder/graph-files'
import { externalPaths } from '../folder/model-file-list'
import { type GraphHeader, readGraphHeader } from '../graph/graph-header'
import { type GraphNodes, readGraphNodes } from '../graph/graph-nodes'
import { type GraphPatch, readPatched } from '../graph/graph-patch'
import { cudaOperator, unreadInputs } from '../graph/input-use'
import { relocateExternal } from '../graph/relocate-external'
import { readWeights } from '../graph/weight-widths'
import { readWithoutWeights } from '../graph/weights-in-file'
import { mostWindow } from '../graph/wire-reader'
import type { Runtime } from './runtime'
import type { Session, SessionFactory, Signature } from './session'
import { withUnread } from './unread-inputs'
import { isSize, type ValueInfo } from './value'

/** A part's files, found once. */
interface PartFiles {
  readonly path: string
  readonly file: ModelFile
  readonly header: GraphHeader
  readonly nodes: GraphNodes
  /** What the graph takes and gives, without the inputs that nothing in it reads. */
  readonly signature: Signature
  readonly unread: readonly ValueInfo[]
  /** Paths of external data, relative to the model folder. */
  readonly external: readonly string[]
}

/** A path up to its last slash, that included; and what comes after. */
const folderOf = (path: string): string => path.replace(/[^/\\]*$/, '')
const baseOf = (path: string): string => path.slice(folderOf(path).length)

/** An axis whose size is no size (exporters write -1 and 0 for free ones) is open. */
const asOpen = (info: ValueInfo): ValueInfo => ({
  ...info,
  shape: info.shape.map((axis) => (typeof axis === 'string' || isSize(axis) ? axis : '')),
})

/** A file whose small pieces are read once. */
function remembered(file: ModelFile): ModelFile {
  const known = new Map<string, Promise<Uint8Array>>()
  return {
    ...file,
    slice(from, to) {
      if (to - from > mostWindow) return file.slice(from, to)
      const key = `${from} ${to}`
      const piece = known.get(key) ?? file.slice(from, to)
      known.set(key, piece)
      return piece
    },
  }
}

/** @throws `model-unsupported` for a graph that onnxruntime's optimizer made for CUDA */
function checkOperators({ nodes }: GraphNodes, path: string): void {
  const op = cudaOperator(nodes)
  if (op === undefined) return
  throw new NegError(
    'model-unsupported',
    `${path} is optimised for CUDA (it has ${op}, which CPUs have not): use --device cuda, or export the model without ` +
      'the optimisation.',
    { where: path },
  )
}

/**
 * The networks of a model folder, run by a runtime on this machine.
 * @throws `option-invalid` for a dtype that isn't there to choose
 */
export async function localSessions(options: {
  readonly files: ModelFiles
  readonly runtime: Runtime
  readonly dtype?: Dtype
}): Promise<SessionFactory> {
  const { files, runtime, dtype } = options
  const present = await files.list()
  const parts = networkParts(present)
  checkDtype(dtype, parts.length > 0 ? parts : [denoiserPartOf(present)])
  const known = new Map<string, Promise<PartFiles>>()

  const find = async (part: string): Promise<PartFiles> => {
    const path = graphFile(files, present, part, dtype)
    const file = await files.open(path)
    // Two readers walk over the same places.
    const walked = remembered(file)
    const header = await readGraphHeader(walked, path)
    const external = externalPaths(path, header.external)
    // Opening tells whether each is there, by name.
    for (const data of external) await files.open(data)
    const nodes = await readGraphNodes(walked, path)
    if (runtime.device === 'cpu') checkOperators(nodes, path)
    const unread = unreadInputs(nodes)
    const inputs = header.inputs.map(asOpen)
    const signature = {
      inputs: inputs.filter(({ name }) => !unread.has(name)),
      outputs: header.outputs.map(asOpen),
    }
    return { path, file, header, nodes, signature, unread: inputs.filter(({ name }) => unread.has(name)), external }
  }
  const filesOf = (part: string): Promise<PartFiles> => {
    let found = known.get(part)
    if (!found) {
      found = find(part)
      found.catch(() => known.delete(part))
      known.set(part, found)
    }
    return found
  }

  /**
   * Where a graph and its external data really lie: paths of the graph's file and, in its folder, of the others; undefined where
   * they lie in several folders. Hub caches hold links; a runtime refuses weights whose real place is another folder than it
   * was told.
   */
  const placeOf = async ({ path, target }: ModelFile, external: readonly string[]) => {
    const own = target ?? path
    if (own === undefined) return undefined
    const folder = folderOf(own)
    const others = (await Promise.all(external.map((name) => files.open(name)))).map((one) => one.target ?? one.path)
    // A file below the graph's folder is named from there.
    const near = others.every((place) => place?.startsWith(folder))
    return near ? { own, others: others.map((place) => place?.slice(folder.length) ?? '') } : undefined
  }

  const openPart = async (part: string, patch?: GraphPatch): Promise<Session> => {
    const { path, file, header, external } = await filesOf(part)
    const onDisk = runtime.paths ? file.path : undefined
    if (onDisk !== undefined && !patch) return runtime.open({ name: path, path: onDisk })
    // Weights that a runtime can read from the disk by itself never become bytes here.
    const besides = onDisk === undefined ? undefined : await placeOf(file, external)
    if (patch && besides) {
      const graph = await readWithoutWeights(file, baseOf(besides.own), patch)
      const names = header.external.map((name, i) => [name, besides.others[i]] as const)
      const moved = names.filter(([name, place]) => name !== place)
      const bytes = moved.length > 0 ? relocateExternal(graph, new Map(moved)) : graph
      return runtime.open({ name: path, bytes, besides: besides.own })
    }
    const graph = await readPatched(file, patch)
    const data = await Promise.all(external.map((name) => readBytes(files, name)))
    return runtime.open({
      name: path,
      bytes: graph,
      external: data.map((content, i) => ({ path: header.external[i], data: content })),
    })
  }

  return {
    parts,
    numerics: { backend: runtime.name, runtime: runtime.version, device: runtime.device, threads: runtime.threads },
    async digests(part) {
      const { path, external } = await filesOf(part)
      return Promise.all([path, ...external].map(async (file) => [file, await fileDigest(files, file)] as const))
    },
    configs: () => configDigests(files),
    signature: async (part) => (await filesOf(part)).signature,
    nodes: async (part) => (await filesOf(part)).nodes,
    async bytes(part) {
      const { file, external } = await filesOf(part)
      const others = await Promise.all(external.map(async (name) => (await files.open(name)).size))
      return others.reduce((sum, size) => sum + size, file.size)
    },
    openGraph: (name, bytes) => runtime.open({ name, bytes }),
    weights: async (part) => readWeights((await filesOf(part)).file),
    async open(part, patch?: GraphPatch) {
      const { unread } = await filesOf(part)
      return withUnread(await openPart(part, patch), unread)
    },
  }
}

import { denoiserPartOf } from '../denoiser/architectures'
import { configDigests } from '../files/config-digests'
import { fileDigest } from '../files/digest'
import { type ModelFile, type ModelFiles, readBytes } from '../files/model-files'
import { checkDtype, type Dtype, graphFile, networkParts } from '../folder/graph-files'
import { externalPaths } from '../folder/model-file-list'
import { type GraphHeader, readGraphHeader } from '../graph/graph-header'
import { readGraphNodes } from '../graph/graph-nodes'
import { type GraphPatch, readPatched } from '../graph/graph-patch'
import { relocateExternal } from '../graph/relocate-external'
import { readWithoutWeights } from '../graph/weights-in-file'
import type { Runtime } from './runtime'
import type { SessionFactory } from './session'

/** A part's files, found once. */
interface PartFiles {
  readonly path: string
  readonly file: ModelFile
  readonly header: GraphHeader
  /** Paths of external data, relative to the model folder. */
  readonly external: readonly string[]
}

/** A path up to its last slash, that included; and what comes after. */
const folderOf = (path: string): string => path.replace(/[^/\\]*$/, '')
const baseOf = (path: string): string => path.slice(folderOf(path).length)

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
    const header = await readGraphHeader(file, path)
    const external = externalPaths(path, header.external)
    // Opening tells whether each is there, by name.
    for (const data of external) await files.open(data)
    return { path, file, header, external }
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

  return {
    parts,
    numerics: { backend: runtime.name, runtime: runtime.version, device: runtime.device, threads: runtime.threads },
    async digests(part) {
      const { path, external } = await filesOf(part)
      return Promise.all([path, ...external].map(async (file) => [file, await fileDigest(files, file)] as const))
    },
    configs: () => configDigests(files),
    signature: async (part) => (await filesOf(part)).header,
    async nodes(part) {
      const { path, file } = await filesOf(part)
      return readGraphNodes(file, path)
    },
    openGraph: (name, bytes) => runtime.open({ name, bytes }),
    async open(part, patch?: GraphPatch) {
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
    },
  }
}

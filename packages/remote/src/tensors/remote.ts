import { type CallOptions, type DiffusionModel, NegError, type RunWarning } from '@neg/core'
import { createOnnxModel, type Dtype, type ModelFiles, type OnnxModel, type SessionFactory } from '@neg/onnx'
import { folderGraphs } from './folder-graphs'
import { negNode } from './node-support'
import { type InferenceServer, type OpenInferenceOptions, serverOptions } from './open-inference'
import { type PartName, type PartPlaces, placeParts } from './part-places'
import { refuseUnknown } from './refuse-unknown'
import type { Traffic } from './remote-session'
import { type RemoteSessions, remoteSessions } from './remote-sessions'
import { compareModels } from './same-model'
import { checkStructure } from './same-structure'
import type { TransportName } from './transport'

/** Which model, on which servers. */
export interface RemoteModelOptions extends OpenInferenceOptions, CallOptions {
  /**
   * What no inference server has: a diffusers folder with model_index.json, configs, scheduler and tokenizer, and the
   * graphs of parts that run here. A path on Node, or files from anywhere. Default the embedded model's folder.
   */
  readonly model?: string | ModelFiles
  /**
   * Where each part runs: `'local'`, the name of a model on the server, or `{ url, model, … }` for a server of its own.
   * Default: the denoiser on the server under its own name; any other part here if the folder has its graph, else on the
   * server.
   */
  readonly parts?: PartPlaces
  /** Networks on this machine, for local parts of a `model` that is not a path. Default those of `@neg/node`. */
  readonly local?: SessionFactory
  /** Where local parts run, as `node` of `@neg/node` has it. Default `auto`. */
  readonly device?: 'auto' | 'cpu' | 'cuda' | 'webgpu' | 'coreml' | 'dml' | (string & {})
  /** Which files of local parts, for all or by part: `fp32`, `fp16`, `q8` … Default `fp32`, the plain `model.onnx`. */
  readonly dtype?: Dtype
  /** Threads of onnxruntime's CPU for local parts. Default one a physical core. */
  readonly threads?: number
  /** Rows of different pictures may share a call, whose last bits then depend on the neighbours. Default true. */
  readonly mixPictures?: boolean
}

/** A model of which parts run on servers. */
export interface RemoteModel extends OnnxModel {
  /** The servers its parts are on. */
  readonly servers: readonly InferenceServer[]
  /** What each remote part has sent and received, and how. */
  traffic(): Readonly<Partial<Record<PartName, Traffic & { readonly transport: TransportName }>>>
}

async function filesOf(model: RemoteModelOptions['model']): Promise<ModelFiles> {
  if (typeof model === 'object') return model
  const { nodeFiles } = await negNode('A model folder on disk', 'pass its files as { model }')
  return nodeFiles(model)
}

/** Warnings of servers become warnings of what they encode for, so that they stand in every result. */
const withWarnings =
  (
    encode: DiffusionModel['encode'],
    { servers }: RemoteSessions,
    own: readonly RunWarning[],
  ): DiffusionModel['encode'] =>
  async (prompts, options) => {
    const encoded = await encode(prompts, options)
    const warnings = [...own, ...servers.flatMap((server) => server.warnings)]
    if (warnings.length === 0) return encoded
    return encoded.map((conditioning) =>
      Object.assign(conditioning, { warnings: [...conditioning.warnings, ...warnings] }),
    )
  }

/**
 * A model whose networks run on inference servers (Triton, KServe, MLServer, neg's own and their kind), each part there or
 * here. Guidance and scheduler stay here: one request a step carries x_t and the conditioning (once, where the server
 * keeps it), and raw predictions come back.
 *
 * @throws `option-unknown`, `option-invalid`, `model-mismatch` where the servers' networks are of another structure, `model-missing`, `model-file-missing`, `model-unsupported`, `remote-unreachable`,
 *   `remote-unauthorized`, `remote-model-missing`, `remote-unsupported`, `remote-malformed`
 */
export async function remote(options: RemoteModelOptions): Promise<RemoteModel> {
  const own = ['model', 'parts', 'local', 'device', 'dtype', 'threads', 'mixPictures']
  refuseUnknown(options, [...serverOptions, ...own], 'remote()')
  const { model, parts = {}, device, dtype, threads, mixPictures, signal, local: given, ...server } = options
  if (server.url === undefined && server.grpcUrl === undefined && Object.keys(parts).length === 0) {
    throw new NegError('option-invalid', 'remote() needs a server: give url, or parts with a url each.', {
      where: 'url',
    })
  }
  const files = await filesOf(model)
  const places = placeParts(parts, server, await files.list())
  const anyLocal = [...places.values()].some(({ kind }) => kind === 'local')
  let started: (SessionFactory & { dispose(): Promise<void> }) | undefined
  if (!given && anyLocal) {
    const need = `Running ${[...places].find(([, { kind }]) => kind === 'local')?.[0]} here`
    if (typeof model === 'object') {
      throw new NegError(
        'option-invalid',
        `${need} needs networks on this machine: pass { local } beside { model: files }.`,
        {
          where: 'local',
        },
      )
    }
    const { nodeSessions } = await negNode(need, 'pass { local } sessions')
    started = await nodeSessions({ model, device, dtype, threads, signal })
  }
  let sessions: RemoteSessions | undefined
  try {
    const graphs = await folderGraphs(files)
    const found = await remoteSessions(places, given ?? started, { signal, folder: graphs })
    sessions = found
    await checkStructure(files, graphs, found.remote)
    const whole = await createOnnxModel({
      files,
      sessions: found,
      ...(mixPictures === undefined ? {} : { mixPictures }),
    })
    const { warnings, id } = await compareModels(files, graphs, found, given ?? started, whole.info)
    return {
      ...whole,
      info: { ...whole.info, id },
      encode: withWarnings(whole.encode, found, warnings),
      servers: found.servers,
      traffic: () =>
        Object.fromEntries(
          [...found.remote].map(([part, { session }]) => [
            part,
            { ...session.traffic, transport: session.transport.current.name },
          ]),
        ),
      async dispose() {
        await whole.dispose()
        await Promise.all([started?.dispose(), ...found.servers.map((one) => one.close())])
      },
    }
  } catch (error) {
    await Promise.all([started?.dispose(), ...(sessions?.servers ?? []).map((one) => one.close())])
    throw error
  }
}

import { NegError } from '@neg/core'
import type { GraphSource, Runtime } from './runtime'
import type { Session } from './session'
import type { ElementType, Value, ValueInfo } from './value'

/** The part of onnxruntime-common's interface that is used: onnxruntime-node and onnxruntime-web both have it. */
export interface OrtModule {
  readonly InferenceSession: {
    create(source: string | Uint8Array, options?: Record<string, unknown>): Promise<OrtSession>
  }
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => OrtTensor
  readonly env: { readonly versions: Readonly<Record<string, string | undefined>>; logLevel?: string }
}

interface OrtTensor {
  readonly type: string
  readonly dims: readonly number[]
  readonly data: unknown
  /** Where the data is: `cpu`, or a device's memory, from which `getData` brings it. */
  readonly location?: string
  getData?(): Promise<unknown>
  dispose?(): void
}

interface OrtSession {
  readonly inputMetadata: readonly OrtMetadata[]
  readonly outputMetadata: readonly OrtMetadata[]
  run(feeds: Record<string, OrtTensor>): Promise<Record<string, OrtTensor>>
  run(feeds: Record<string, OrtTensor>, fetches: readonly string[]): Promise<Record<string, OrtTensor>>
  release(): Promise<void>
}

interface OrtMetadata {
  readonly name: string
  readonly isTensor: boolean
  readonly type?: string
  readonly shape?: readonly (number | string)[]
}

/** Which onnxruntime, how to name it, and what to open sessions with. */
export interface OnnxruntimeOptions {
  readonly ort: OrtModule
  readonly name: string
  readonly version: string
  readonly device: string
  readonly threads: number
  readonly paths: boolean
  /** `InferenceSession.create`'s options: executionProviders, intraOpNumThreads … */
  readonly session: Readonly<Record<string, unknown>>
}

/** onnxruntime's own words for what went wrong, as an error of neg. */
function failure(error: unknown, where: string, doing: string): NegError {
  const text = error instanceof Error ? error.message : String(error)
  // 32 bits overflow where a WebAssembly kernel asks for more than there can be.
  if (/out of memory|bad_alloc|failed to allocate|alloc.*fail|OOM|SafeIntOnOverflow/i.test(text)) {
    return new NegError(
      'out-of-memory',
      `Not enough memory for ${doing} ${where}. Try memory: 'low' (--memory low), a smaller picture, or a smaller dtype. The runtime said: ${text}`,
      { cause: error, where },
    )
  }
  const malformed =
    /protobuf|invalid (?:model|graph)|NO_SUCHFILE|external data|out of bounds|ModelProto|ShapeInference/i
  if (doing === 'opening' && malformed.test(text)) {
    return new NegError(
      'model-file-malformed',
      `${where} is not a whole ONNX model: ${text}. Export or download it again.`,
      { cause: error, where },
    )
  }
  return new NegError('runtime-failed', `The runtime failed at ${doing} ${where}: ${text}`, { cause: error, where })
}

function infos(metadata: readonly OrtMetadata[]): ValueInfo[] {
  return metadata
    .filter(({ isTensor }) => isTensor)
    .map(({ name, type, shape }) => ({ name, type: type as ElementType, shape: shape ?? [] }))
}

function fromOrt(type: string, data: unknown, shape: readonly number[]): Value {
  // With Float16Array in the language, onnxruntime answers with one; neg keeps the bits.
  if (type === 'float16' && !(data instanceof Uint16Array)) {
    const { buffer, byteOffset, length } = data as Uint16Array
    return { type: 'float16', data: new Uint16Array(buffer, byteOffset, length), shape }
  }
  return { type, data, shape } as Value
}

/**
 * A value as onnxruntime takes it. Where JavaScript has Float16Array (Node 24), onnxruntime's tensors turn the bits of float16
 * into one, and its binding for Node then finds no bytes in it (onnxruntime issue 32323): there the bits are shown to it.
 */
function toOrt({ type, data, shape }: Value, { Tensor, env }: OrtModule): OrtTensor {
  const value = new Tensor(type, data, shape)
  if (type === 'float16' && value.data !== data && env.versions['node'] !== undefined) {
    Object.defineProperty(value, 'data', { value: data })
  }
  return value
}

/** `extra` of a session's options: onnxruntime's named settings, `session.intra_op…` as objects in objects. */
interface Settings {
  readonly session?: Readonly<Record<string, unknown>>
}

/** Further settings for a graph in memory whose weights lie on the disk, beside a file. */
const withExternalFolder = (extra: Settings, besides: string): Settings => ({
  ...extra,
  session: {
    ...extra.session,
    model_external_initializers_file_folder_path: besides.replace(/[^/\\]*$/, ''),
  },
})

/** Sessions of an injected onnxruntime; neg imports none by itself. */
export function onnxruntime({ ort, session: options, ...about }: OnnxruntimeOptions): Runtime {
  const open = async (source: GraphSource): Promise<Session> => {
    const { name, path, bytes, external, besides } = source
    const model = about.paths && path !== undefined ? path : bytes
    if (model === undefined) throw new NegError('internal', `${name} was opened without a path and without bytes.`)
    const inner = await ort.InferenceSession.create(model, {
      ...options,
      ...(external && external.length > 0 ? { externalData: external } : {}),
      ...(besides === undefined ? {} : { extra: withExternalFolder((options['extra'] ?? {}) as Settings, besides) }),
    }).catch((error: unknown) => {
      throw failure(error, name, 'opening')
    })
    let released: Promise<void> | undefined
    return {
      inputs: infos(inner.inputMetadata),
      outputs: infos(inner.outputMetadata),
      async run(feeds, { outputs } = {}) {
        try {
          const given: Record<string, OrtTensor> = {}
          for (const key in feeds) given[key] = toOrt(feeds[key], ort)
          const answers = await (outputs ? inner.run(given, outputs) : inner.run(given))
          const values: Record<string, Value> = {}
          for (const key in answers) {
            const answer = answers[key]
            const here = answer.location === 'cpu' || !answer.getData
            values[key] = fromOrt(answer.type, here ? answer.data : await answer.getData?.(), answer.dims)
            answer.dispose?.()
          }
          return values
        } catch (error) {
          throw failure(error, name, 'running')
        }
      },
      release() {
        released ??= inner.release()
        return released
      },
    }
  }
  return { ...about, open }
}

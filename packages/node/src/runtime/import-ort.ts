import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import { NegError } from '@neg/core'
import type { OrtModule } from '@neg/onnx'

/** What is used of onnxruntime-node beyond onnxruntime-common's interface. */
export type NodeOrt = OrtModule & {
  listSupportedBackends?(): readonly { readonly name: string; readonly bundled: boolean }[]
}

/**
 * The command that installs it without its download of CUDA, some hundred MB that Linux on x64 gets from NuGet: where that fails,
 * npm leaves the whole package out.
 */
export const installOrt =
  process.platform === 'linux' && process.arch === 'x64'
    ? 'ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node (or without the variable, for CUDA 12 from NuGet)'
    : 'npm install onnxruntime-node'

/**
 * onnxruntime-node, or another module of its shape.
 *
 * @param specifier package name, absolute path or file URL
 * @throws `runtime-missing`
 */
export async function importOrt(specifier = 'onnxruntime-node'): Promise<NodeOrt> {
  const target = isAbsolute(specifier) ? pathToFileURL(specifier).href : specifier
  let module: { default?: NodeOrt } & Partial<NodeOrt>
  try {
    module = await import(target)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    const absent = (cause as { code?: string }).code === 'ERR_MODULE_NOT_FOUND'
    throw new NegError(
      'runtime-missing',
      absent
        ? `${specifier} is not installed, and it is what runs models on Node: ${installOrt}`
        : `${specifier} can't be loaded on this machine (${process.platform} ${process.arch}): ${reason}. It has builds for ` +
            'Linux with glibc (x64, arm64), Windows (x64, arm64) and macOS (arm64); elsewhere use @neg/web.',
      { cause },
    )
  }
  const ort = module.default?.InferenceSession ? module.default : module
  if (ort.InferenceSession && ort.Tensor && ort.env) {
    // Trying a device that isn't there is no error of the caller's, and would be printed as one.
    if (ort.env.logLevel === 'warning') ort.env.logLevel = 'fatal'
    return ort as NodeOrt
  }
  throw new NegError(
    'runtime-missing',
    `${specifier} is not onnxruntime: it exports no InferenceSession, Tensor and env.`,
  )
}

import { NegError } from '@neg/core'
import { fileMissing, type ModelFiles } from '../files/model-files'

/** File suffix per dtype, as transformers.js has them, most exact first; fp32 is the plain `model.onnx`. */
const known = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  q4f16: '_q4f16',
  bnb4: '_bnb4',
} as const
const suffixes: Readonly<Record<string, string>> = known

/** A dtype that editors complete; another string is refused by name. */
export type DtypeName = keyof typeof known | (string & {})

/**
 * Which of a part's files to use: `fp32` (the plain `model.onnx`), `fp16`, `q8` …; for all parts, or per part. Default: the
 * first of them that the part has, in the order of `dtypes`.
 */
export type Dtype = DtypeName | Readonly<Record<string, DtypeName>>

/** Every dtype that has a file suffix. */
export const dtypes: readonly string[] = Object.keys(suffixes)

/** The suffix of a dtype's files; of one that nobody knows, a guess that finds nothing. */
export const dtypeSuffix = (dtype: string): string => suffixes[dtype] ?? `_${dtype}`

/** The suffixes themselves, longer ones first. */
export const dtypeSuffixes: readonly string[] = Object.values(suffixes).sort((a, b) => b.length - a.length)

/** @throws `option-invalid` for a dtype that nobody knows, or a part that isn't there */
export function checkDtype(dtype: Dtype | undefined, parts: readonly string[]): void {
  const entries =
    typeof dtype === 'object' ? Object.entries(dtype) : dtype === undefined ? [] : [[undefined, dtype] as const]
  for (const [part, name] of entries) {
    const where = part === undefined ? 'dtype' : `dtype.${part}`
    if (!Object.hasOwn(suffixes, name)) {
      throw new NegError('option-invalid', `${where} is '${name}'; known are ${dtypes.join(', ')}.`, { where })
    }
    if (part !== undefined && !parts.includes(part)) {
      throw new NegError('option-invalid', `${where}: the model has no part '${part}'; it has ${parts.join(', ')}.`, {
        where,
      })
    }
  }
}

/** The path of a part's ONNX file. @throws `model-file-missing` saying which ones the part has instead */
export function graphFile(
  files: Pick<ModelFiles, 'name'>,
  present: readonly string[],
  part: string,
  dtype?: Dtype,
): string {
  const asked = typeof dtype === 'object' ? dtype[part] : dtype
  const candidates = asked === undefined ? Object.values(suffixes) : [suffixes[asked]]
  const paths = candidates.map((suffix) => `${part}/model${suffix}.onnx`)
  const found = paths.find((path) => present.includes(path))
  if (found !== undefined) return found
  const [path] = paths
  const others = present.filter((file) => file.startsWith(`${part}/`) && file.endsWith('.onnx'))
  const names = Object.entries(suffixes).filter(([, suffix]) => others.includes(`${part}/model${suffix}.onnx`))
  throw fileMissing(
    files.name,
    path,
    names.length > 0
      ? `It has ${others.join(', ')}: ask for dtype ${names.map(([name]) => `'${name}'`).join(' or ')}.`
      : others.length > 0
        ? `It has ${others.join(', ')}.`
        : exportHint(files.name, present),
  )
}

/** How to get ONNX files from a folder of PyTorch weights. */
function exportHint(name: string, present: readonly string[]): string {
  if (!present.some((file) => /\.(safetensors|bin|ckpt|pt)$/.test(file))) return 'Is the download or export complete?'
  const out = `${name.split('/').pop()}-onnx/`
  return (
    'It holds PyTorch weights, which have to be exported once: ' +
    `optimum-cli export onnx --model ${name} --task text-to-image ${out} (pip install "optimum-onnx[onnxruntime]" diffusers)`
  )
}

/** The folders that hold a network. */
export const networkParts = (present: readonly string[]): string[] =>
  [
    ...new Set(present.filter((file) => /^[^/]+\/model[^/]*\.onnx$/.test(file)).map((file) => file.split('/')[0])),
  ].sort()

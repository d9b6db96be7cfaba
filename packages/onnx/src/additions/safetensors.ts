import { NegError } from '@neg/core'
import { fromFloat16 } from '@neg/core/internal'
import * as z from 'zod'
import type { ModelFile } from '../files/model-files'

/** A tensor of a safetensors file. */
export interface StoredTensor {
  readonly shape: readonly number[]
  /** Its numbers as float32. */
  read(): Promise<Float32Array>
}

const entry = z.looseObject({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  data_offsets: z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]),
})

/** The longest header that is taken, as in the format's own reader. */
const longest = 100_000_000

const bytesOf: Readonly<Record<string, number>> = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4 }

const pickled = (name: string) =>
  new NegError(
    'model-unsupported',
    `${name} is no .safetensors file: pickled files (.pt, .bin, .ckpt) can run any program when they are read, and are not. Convert it ` +
      'with Python: import torch, safetensors.torch as s; d = torch.load(FILE, map_location="cpu", weights_only=True); ' +
      's.save_file({"emb_params": d["string_to_param"]["*"]} if "string_to_param" in d else d, "NAME.safetensors").',
    { where: name },
  )

/**
 * The tensors of a safetensors file, by name; numbers are read when they are asked for.
 * @throws `model-unsupported` for a pickled file; `model-file-malformed`
 */
export async function readSafetensors(file: ModelFile, name: string): Promise<ReadonlyMap<string, StoredTensor>> {
  const malformed = (why: string) =>
    new NegError('model-file-malformed', `${name} is no whole safetensors file: ${why}. Download it again.`, {
      where: name,
    })
  const start = await file.slice(0, Math.min(8, file.size))
  // A zip archive (torch since 1.6), or pickle's protocol byte.
  if (/\.(pt|pth|bin|ckpt|pkl)$/i.test(name) || (start[0] === 0x50 && start[1] === 0x4b) || start[0] === 0x80) {
    const view = new DataView(start.buffer, start.byteOffset, start.length)
    const length = start.length === 8 ? Number(view.getBigUint64(0, true)) : 0
    const brace = length > 1 && 8 + length <= file.size ? (await file.slice(8, 9))[0] : 0
    if (brace !== 0x7b) throw pickled(name)
  }
  if (start.length < 8) throw malformed(`it has ${start.length} bytes`)
  const length = Number(new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true))
  if (length > longest || 8 + length > file.size) throw malformed(`its header is said to have ${length} bytes`)
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(await file.slice(8, 8 + length)))
  } catch {
    throw malformed('its header is no JSON')
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) throw malformed('its header is no object')
  const data = 8 + length
  const tensors = new Map<string, StoredTensor>()
  for (const [key, value] of Object.entries(header)) {
    if (key === '__metadata__') continue
    const parsed = entry.safeParse(value)
    if (!parsed.success) throw malformed(`'${key}' is described by ${JSON.stringify(value)?.slice(0, 60)}`)
    const { dtype, shape, data_offsets: offsets } = parsed.data
    const width = bytesOf[dtype]
    const count = shape.reduce((product, n) => product * n, 1)
    const [from, to] = offsets
    if (to < from || data + to > file.size || (width !== undefined && to - from !== count * width)) {
      throw malformed(`'${key}' of shape [${shape}] is said to lie at ${from} to ${to}`)
    }
    tensors.set(key, {
      shape,
      async read() {
        if (width === undefined) {
          throw new NegError('model-unsupported', `'${key}' of ${name} holds ${dtype}; expected F32, F16 or BF16.`, {
            where: name,
          })
        }
        return toFloat32(dtype, Uint8Array.from(await file.slice(data + from, data + to)))
      },
    })
  }
  return tensors
}

function toFloat32(dtype: string, { buffer }: Uint8Array<ArrayBuffer>): Float32Array {
  if (dtype === 'F32') return new Float32Array(buffer)
  if (dtype === 'F16') return fromFloat16(new Uint16Array(buffer))
  // bfloat16 is the upper half of float32.
  if (dtype === 'BF16') return new Float32Array(Uint32Array.from(new Uint16Array(buffer), (bits) => bits << 16).buffer)
  if (dtype === 'F64') return Float32Array.from(new Float64Array(buffer))
  if (dtype === 'I32') return Float32Array.from(new Int32Array(buffer))
  return Float32Array.from(new BigInt64Array(buffer), Number)
}

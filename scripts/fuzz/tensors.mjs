import { joinBody } from '@neg/remote/wire'
import { mutatedBytes, mutatedJson } from './mutate.mjs'
import { fuzzServer } from './server.mjs'

const sides = [8, 8, 8, 4, 16, 1, 2, 15, 17, 0, 64]
const bytesEach = { FP32: 4, FP16: 2, FP64: 8, INT64: 8, INT32: 4, UINT8: 1, BOOL: 1, BYTES: 1, BF16: 2 }

/** Inputs of a part, right in most of what they say. */
function inputsOf(part, random) {
  const rows = random.pick([1, 2, 2, 3])
  if (part === 'text_encoder')
    return [['input_ids', random.pick(['INT32', 'INT64']), [rows, random.pick([77, 77, 1, 80, 0])]]]
  const latents = [
    rows,
    random.pick([4, 4, 4, 4, 3]),
    ...(random.chance(0.5) ? [8, 16] : [random.pick(sides), random.pick(sides)]),
  ]
  if (part === 'vae_decoder') return [['latent_sample', 'FP32', latents]]
  if (part === 'vae_encoder')
    return [['sample', 'FP32', [rows, 3, 8 * random.pick(sides) + random.below(2), 8 * random.pick(sides)]]]
  return [
    ['sample', 'FP32', latents],
    ['timestep', random.pick(['INT64', 'FP32']), random.pick([[rows], [1], []])],
    [
      'encoder_hidden_states',
      'FP32',
      [random.pick([rows, rows, 1]), random.pick([77, 77, 3]), random.pick([32, 32, 31])],
    ],
  ]
}

/** Numbers of a tensor in JSON; some tensors hold some that do not fit. */
const odd = [-1, 0.5, 1e30, -1e38, 1e39, 924, 100_000, null, 'x', true]
function listOf(datatype, count, random) {
  const wild = random.chance(0.3)
  const whole = datatype.startsWith('INT')
  return Array.from({ length: count }, () =>
    wild && random.chance(0.2) ? random.pick(odd) : whole ? random.below(924) : random.next() - 0.5,
  )
}

/** Raw bytes of a tensor: small numbers, or whatever bits (NaN and infinities among them). */
function rawOf(datatype, count, random) {
  const bytes = new Uint8Array(count * bytesEach[datatype])
  const wild = random.chance(0.15)
  if (wild) for (let i = 0; i < bytes.length; i++) bytes[i] = random.below(256)
  else if (datatype === 'FP32') new Float32Array(bytes.buffer).forEach((_, i, all) => (all[i] = random.next() - 0.5))
  else if (datatype === 'INT32') new Int32Array(bytes.buffer).forEach((_, i, all) => (all[i] = random.below(930)))
  else if (datatype === 'INT64')
    new BigInt64Array(bytes.buffer).forEach((_, i, all) => (all[i] = BigInt(random.below(930))))
  return bytes
}

export async function open() {
  const server = await fuzzServer()
  const parts = ['unet', 'text_encoder', 'vae_decoder', 'vae_encoder']
  return {
    async run(random) {
      const part = random.pick(parts)
      const json = random.chance(0.4)
      const raw = []
      const inputs = inputsOf(part, random).map(([name, type, shape]) => {
        const datatype = random.chance(0.1) ? random.pick(Object.keys(bytesEach)) : type
        const count = shape.reduce((product, n) => product * n, 1)
        if (json) return { name, datatype, shape, data: listOf(datatype, count, random) }
        const bytes = rawOf(datatype, count, random)
        raw.push(bytes)
        return { name, datatype, shape, parameters: { binary_data_size: bytes.length } }
      })
      const head = { inputs, parameters: { binary_data_output: random.chance(0.5) } }
      const text = random.chance(0.25) ? mutatedJson(head, random) : JSON.stringify(head)
      // Whatever the JSON is, the raw bytes follow it.
      const { body } = joinBody('', raw)
      const bytes = Buffer.concat([Buffer.from(text), body.subarray(2)])
      const whole = random.chance(0.1) ? mutatedBytes(bytes, random) : bytes
      const headers = json
        ? { 'content-type': 'application/json' }
        : { 'inference-header-content-length': String(Buffer.byteLength(text) + (random.chance(0.05) ? 1 : 0)) }
      const { status, body: answer } = await server.ask(`/v2/models/${part}/infer`, {
        method: 'POST',
        headers,
        body: whole,
      })
      if (status !== 200) return String(status)
      // Raw answers may say what the network gave; JSON must have said it in numbers.
      const end = answer.indexOf('}]}')
      const told = end < 0 ? answer : answer.slice(0, end + 3)
      if (/[[,]null/.test(told)) throw new Error(`A number became null: ${told.slice(0, 300)}`)
      return '200'
    },
    close: server.close,
  }
}

import { NegError } from '@neg/core'
import type { Session, Value } from '@neg/onnx'
import { denoiserInputs } from '@neg/onnx/internal'
import { encodeTexts } from '../wire/bytes-elements'
import { digestInput } from '../wire/conditioning'
import { fromWire, toWire, type WireTensor } from '../wire/wire-tensor'
import { DigestMemo, equalBytes, rowsOf } from './conditioning-digests'
import { fitShape } from './fit-shape'
import type { RemoteSignature } from './model-signature'
import { isConditioningMiss } from './remote-error'
import { joinOutputs, splitInputs } from './split-batch'
import type { InferAnswer } from './transport'
import type { TransportChoice } from './transport-choice'

/** What a session has sent and received so far. */
export interface Traffic {
  readonly calls: number
  /** Bytes of requests and answers. */
  readonly sent: number
  readonly received: number
  /** Milliseconds spent waiting for answers. */
  readonly ms: number
}

/** A model of an inference server. */
export interface RemoteSession extends Session {
  readonly transport: TransportChoice
  readonly traffic: Traffic
}

export interface RemoteSessionOptions {
  readonly model: string
  readonly version?: string
  /** What errors call it. */
  readonly where: string
  readonly signature: RemoteSignature
  readonly transport: TransportChoice
  /** Rows of one call at most; 0 where the server does not say. */
  readonly mostRows: number
  /** Milliseconds per call, and for the first one, in which the server may still load the model. */
  readonly timeout: number
  readonly firstTimeout: number
}

/** One row where all are the same; else the tensor itself. */
function broadcast(tensor: WireTensor): WireTensor {
  const [rows, ...shape] = tensor.shape
  if (rows < 2) return tensor
  const [first, ...others] = rowsOf(tensor.bytes, rows)
  return others.every((row) => equalBytes(row, first)) ? { ...tensor, shape: [1, ...shape], bytes: first } : tensor
}

/** A server's model as a session: what onnxruntime does for a graph, over the wire. */
export function remoteSession(options: RemoteSessionOptions): RemoteSession {
  const { model, version, where, signature, transport, mostRows } = options
  const traffic = { calls: 0, sent: 0, received: 0, ms: 0 }
  const memo = new DigestMemo()
  const held = new Set<string>()
  const named = denoiserInputs(signature.inputs.map(({ info }) => info.name))
  let answered = false

  const infer = async (inputs: readonly WireTensor[], outputs: readonly string[], signal?: AbortSignal) => {
    const timeout = answered ? options.timeout : options.firstTimeout
    const started = performance.now()
    const answer: InferAnswer = await transport.infer({ model, version, inputs, outputs, timeout, signal })
    traffic.ms += performance.now() - started
    traffic.calls++
    traffic.sent += answer.sent
    traffic.received += answer.received
    answered = true
    return answer.outputs
  }

  /** Conditioning the server holds is named by its digests; where one is missing, all of the call's is sent. */
  const inferByDigest = async (inputs: readonly WireTensor[], outputs: readonly string[], signal?: AbortSignal) => {
    const text = inputs.find(({ name }) => name === named?.text)
    if (!signature.digests || !text) return infer(inputs, outputs, signal)
    const digests = rowsOf(text.bytes, text.shape[0]).map((row) => memo.of(row))
    const shape = signature.digests.broadcasts ? [digests.length] : [digests.length, 1]
    const stand: WireTensor = { name: digestInput, datatype: 'BYTES', shape, bytes: encodeTexts(digests) }
    const others = inputs
      .filter((input) => input !== text)
      .map((input) => (signature.digests?.broadcasts && input.name === named?.latents ? broadcast(input) : input))
    if (digests.every((digest) => held.has(digest))) {
      try {
        return await infer([...others, stand], outputs, signal)
      } catch (error) {
        if (!isConditioningMiss(error)) throw error
        held.clear()
      }
    }
    const answer = await infer([...others, text, stand], outputs, signal)
    for (const digest of digests) held.add(digest)
    return answer
  }

  return {
    inputs: signature.inputs.map(({ info }) => info),
    outputs: signature.outputs.map(({ info }) => info),
    transport,
    traffic,
    async run(feeds, { outputs = signature.outputs.map(({ info }) => info.name), signal } = {}) {
      const inputs = signature.inputs.map((input) => {
        const value: Value | undefined = feeds[input.info.name]
        if (value) return toWire(input.info.name, value, input.datatype, fitShape(input, value.shape, where))
        throw new NegError('internal', `The run has no value for '${input.info.name}', which ${where} takes.`, {
          where,
        })
      })
      const batch = inputs[0].shape[0] ?? 1
      const answers: (readonly WireTensor[])[] = []
      for (const call of splitInputs(inputs, batch, mostRows, named?.alone)) {
        signal?.throwIfAborted()
        answers.push(await inferByDigest(call, outputs, signal))
      }
      const received = joinOutputs(answers)
      return Object.fromEntries(outputs.map((name) => [name, outputOf(received, name, batch, options)]))
    },
    async release() {},
  }
}

function outputOf(
  received: readonly WireTensor[],
  name: string,
  batch: number,
  { signature, where }: RemoteSessionOptions,
): Value {
  const tensor = received.find((output) => output.name === name)
  if (!tensor) {
    const names = received.map((output) => output.name).join(', ')
    throw new NegError('remote-malformed', `${where} was asked for '${name}' and answered ${names || 'nothing'}.`, {
      where,
    })
  }
  const batched = signature.outputs.find(({ info }) => info.name === name)?.info.shape[0] === 'batch_size'
  if (batched && tensor.shape[0] !== batch) {
    throw new NegError(
      'remote-malformed',
      `${where} answered '${name}' with ${tensor.shape[0]} rows to a call of ${batch}.`,
      { where },
    )
  }
  return fromWire(tensor)
}

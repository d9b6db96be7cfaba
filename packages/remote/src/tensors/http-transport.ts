import { NegError } from '@neg/core'
import { headerLengthName, joinBody, RawReader, splitBody } from '../wire/binary-body'
import { isDatatype } from '../wire/datatype'
import { jsonData, tensorOfJson } from '../wire/json-data'
import { inferResponse } from '../wire/metadata'
import type { WireTensor } from '../wire/wire-tensor'
import type { HttpAnswer, HttpClient } from './http-client'
import { modelPath, nextId, type Transport } from './transport'

/** An inference answer's tensors; each comes raw or as JSON. @throws `remote-malformed` */
function readAnswer({ headers, body }: HttpAnswer, url: string): WireTensor[] {
  const { head, raw } = splitBody(body, headers.get(headerLengthName))
  const parsed = inferResponse.safeParse(head)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new NegError(
      'remote-malformed',
      `${url} answered an inference with what is none: ${issue.path.join('.')}: ${issue.message}.`,
      { cause: parsed.error, where: url },
    )
  }
  const reader = new RawReader(raw)
  const tensors = parsed.data.outputs.map(({ name, datatype, shape, parameters, data }) => {
    if (!isDatatype(datatype)) {
      throw new NegError('remote-unsupported', `${url} answered '${name}' with the unknown datatype ${datatype}.`)
    }
    const size = parameters?.binary_data_size
    return size === undefined
      ? tensorOfJson(name, datatype, shape, data)
      : { name, datatype, shape, bytes: reader.take(size, name) }
  })
  reader.end()
  return tensors
}

/** The protocol's binary extension: tensors as raw bytes behind the JSON. */
export const httpBinary = (client: HttpClient): Transport => ({
  name: 'http-binary',
  async infer({ model, version, inputs, outputs, timeout, signal }) {
    const head = {
      id: nextId(),
      parameters: { binary_data_output: true },
      inputs: inputs.map(({ name, datatype, shape, bytes }) => ({
        name,
        shape,
        datatype,
        parameters: { binary_data_size: bytes.byteLength },
      })),
      // Said per output too: KServe refuses FP16 outputs otherwise.
      outputs: outputs.map((name) => ({ name, parameters: { binary_data: true } })),
    }
    const { body, headerLength } = joinBody(
      head,
      inputs.map(({ bytes }) => bytes),
    )
    const answer = await client.send({
      path: `${modelPath(model, version)}/infer`,
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', [headerLengthName]: String(headerLength) },
      body,
      timeout,
      signal,
      model,
    })
    return { outputs: readAnswer(answer, client.url), sent: body.byteLength, received: answer.body.byteLength }
  },
})

/** Tensors as JSON numbers: every server can, at several times the bytes and tens of times the work. */
export const httpJson = (client: HttpClient): Transport => ({
  name: 'http-json',
  async infer({ model, version, inputs, outputs, timeout, signal }) {
    const body = JSON.stringify({
      id: nextId(),
      inputs: inputs.map((tensor) => ({
        name: tensor.name,
        shape: tensor.shape,
        datatype: tensor.datatype,
        data: jsonData(tensor),
      })),
      outputs: outputs.map((name) => ({ name })),
    })
    const answer = await client.send({
      path: `${modelPath(model, version)}/infer`,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      timeout,
      signal,
      model,
    })
    return { outputs: readAnswer(answer, client.url), sent: body.length, received: answer.body.byteLength }
  },
})

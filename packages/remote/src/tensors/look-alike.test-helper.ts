import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { headerLengthName, joinBody, RawReader, splitBody } from '../wire/binary-body'
import { jsonData, tensorOfJson } from '../wire/json-data'
import { inferRequest } from '../wire/metadata'
import type { WireTensor } from '../wire/wire-tensor'

/** A request that a look-alike got. */
export interface Got {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: Uint8Array
}

type Answer = (got: Got, response: ServerResponse, socket: Socket) => void | Promise<void>

/** A server on loopback that answers as told, and remembers what it was asked. */
export async function lookAlike(answer: Answer) {
  const requests: Got[] = []
  const sockets = new Set<Socket>()
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers, socket } = request
    const got = { method, path: url, headers, body: new Uint8Array(Buffer.concat(chunks)) }
    requests.push(got)
    await answer(got, response, socket)
  })
  server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    /** Connections that were opened. */
    sockets,
    async stop() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const sendJson = (response: ServerResponse, data: unknown, status = 200): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(data))
}

/** The tensors of an inference request, however they came. */
export function readTensors({ body, headers }: Got): { tensors: WireTensor[]; binary: boolean } {
  const length = headers[headerLengthName] as string | undefined
  const { head, raw } = splitBody(body, length)
  const reader = new RawReader(raw)
  const tensors = inferRequest.parse(head).inputs.map(({ name, datatype, shape, parameters, data }): WireTensor => {
    const size = parameters?.binary_data_size
    const type = datatype as WireTensor['datatype']
    return size === undefined
      ? tensorOfJson(name, type, shape, data)
      : { name, datatype: type, shape, bytes: reader.take(size, name) }
  })
  reader.end()
  return { tensors, binary: length !== undefined }
}

/** Answers an inference with tensors, as they were asked for. */
export function sendTensors(response: ServerResponse, tensors: readonly WireTensor[], binary: boolean): void {
  const outputs = tensors.map((tensor) => ({
    name: tensor.name,
    datatype: tensor.datatype,
    shape: tensor.shape,
    ...(binary ? { parameters: { binary_data_size: tensor.bytes.byteLength } } : { data: jsonData(tensor) }),
  }))
  const head = { model_name: 'unet', outputs }
  if (!binary) {
    sendJson(response, head)
    return
  }
  const { body, headerLength } = joinBody(
    head,
    tensors.map(({ bytes }) => bytes),
  )
  response.writeHead(200, { [headerLengthName]: String(headerLength) }).end(body)
}

/** A UNet that gives its sample back, as metadata. */
export const echoMetadata = {
  name: 'unet',
  versions: ['1'],
  platform: 'test',
  inputs: [
    { name: 'sample', datatype: 'FP32', shape: [-1, 1, -1, -1] },
    { name: 'timestep', datatype: 'FP32', shape: [-1] },
    { name: 'encoder_hidden_states', datatype: 'FP32', shape: [-1, -1, 2] },
  ],
  outputs: [{ name: 'out_sample', datatype: 'FP32', shape: [-1, 1, -1, -1] }],
}

/** The echo's answer to an inference. */
export function echo(got: Got, response: ServerResponse): void {
  const { tensors, binary } = readTensors(got)
  const sample = tensors.find(({ name }) => name === 'sample')
  if (sample) sendTensors(response, [{ ...sample, name: 'out_sample' }], binary)
  else sendJson(response, { error: 'no sample' }, 400)
}

/**
 * onnxruntime-node with a clock at `session.run`, for a thread that another one asks how long its networks took. Given to
 * `node({ ort })` by path.
 */
import ort from 'onnxruntime-node'
import { channelName } from './network-time.mjs'

let spent = 0

const timed = (session) => ({
  inputMetadata: session.inputMetadata,
  outputMetadata: session.outputMetadata,
  release: () => session.release(),
  async run(...args) {
    const start = performance.now()
    try {
      return await session.run(...args)
    } finally {
      spent += performance.now() - start
    }
  },
})

const channel = new BroadcastChannel(channelName)
channel.unref()
channel.onmessage = ({ data }) => {
  if (data !== 'spent') return
  channel.postMessage(spent)
  spent = 0
}

export default {
  ...ort,
  env: ort.env,
  Tensor: ort.Tensor,
  listSupportedBackends: ort.listSupportedBackends,
  InferenceSession: { create: async (...args) => timed(await ort.InferenceSession.create(...args)) },
}

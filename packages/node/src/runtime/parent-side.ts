import type { MessagePort } from 'node:worker_threads'
import type { Port } from '@neg/onnx'

/** A worker's way to the thread that started it. */
export const parentSide = (parent: MessagePort): Port => ({
  post: (message, transfer = []) => parent.postMessage(message, transfer),
  listen: (message) => parent.on('message', message),
})

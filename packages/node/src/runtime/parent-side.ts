import { MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Port } from '@neg/onnx'

/** A worker's way to the thread that started it. */
export function parentSide(parent: MessagePort): Port {
  let hear = (_data: unknown) => {}
  return {
    post: (message, transfer = []) => parent.postMessage(message, transfer),
    listen(message) {
      hear = message
      parent.on('message', message)
    },
    poll() {
      // Deno's way to the parent is no port that can be read from: there messages come in the event loop's turn only.
      if (!(parent instanceof MessagePort)) return new Promise((resolve) => setImmediate(resolve))
      for (let one = receiveMessageOnPort(parent); one; one = receiveMessageOnPort(parent)) hear(one.message)
    },
  }
}

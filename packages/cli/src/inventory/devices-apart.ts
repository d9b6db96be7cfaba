import { spawn } from 'node:child_process'
import { NegError } from '@neg/core'
import type { DeviceState } from '@neg/node'

/** Imports `@neg/node`, tries the devices and sends what came of it. It ends by itself: a channel that the parent closes ends nothing. */
const program = (node: string) => `
const answer = (given) => process.send(given, () => process.exit())
import(${JSON.stringify(node)})
  .then(({ devices }) => devices())
  .then((states) => answer({ states }), ({ code, message }) => answer({ code, message }))
`

interface Answer {
  readonly states?: readonly DeviceState[]
  readonly code?: string
  readonly message?: string
}

/**
 * What this machine's devices can do, found out in a process of its own: drivers write to the terminal what nobody asked, and some fall over.
 *
 * @throws `runtime-missing`; `device-unavailable` where a driver ends the process
 */
export function devicesApart(): Promise<readonly DeviceState[]> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', program(import.meta.resolve('@neg/node'))], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    let answer: Answer | undefined
    child.on('message', (message) => {
      answer = message as Answer
    })
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (answer?.states) resolve(answer.states)
      else if (answer?.code === 'runtime-missing') reject(new NegError('runtime-missing', answer.message ?? ''))
      else {
        const how = answer?.message ?? `its driver ended the process (${signal ?? `exit ${code}`})`
        reject(new NegError('device-unavailable', `No device could be tried: ${how}.`))
      }
    })
  })
}

import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { mindClosedPipes } from './closed-pipe'

test('a reader that has gone is no error, a full disk is', () => {
  const output = new EventEmitter()
  const said: string[] = []
  mindClosedPipes([output], (message) => said.push(message))
  output.emit('error', Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }))
  expect(said).toEqual([])
  output.emit('error', Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' }))
  expect(said).toEqual([expect.stringContaining('write-failed')])
})

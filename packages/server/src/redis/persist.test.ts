import { expect, test } from 'vitest'
import { isPassing, persist } from './persist'

const oom = () => new Error("OOM command not allowed when used memory > 'maxmemory'.")
const failing = (times: number, error = oom()) => {
  let calls = 0
  return Object.assign(
    async () => {
      if (calls++ < times) throw error
      return calls
    },
    { calls: () => calls },
  )
}

test('what passes is tried until it has passed', async () => {
  expect(await persist(failing(3), { patience: 5000 })).toBe(4)
})

test('what does not pass is not tried again, nor what took too long, nor after the end', async () => {
  const wrong = failing(3, new Error('WRONGTYPE Operation against a key'))
  await expect(persist(wrong, { patience: 5000 })).rejects.toThrow('WRONGTYPE')
  expect(wrong.calls()).toBe(1)
  const long = failing(1000)
  await expect(persist(long, { patience: 120 })).rejects.toThrow('OOM')
  expect(long.calls()).toBe(2)
  const ended = failing(1000)
  await expect(persist(ended, { patience: 5000, signal: AbortSignal.abort() })).rejects.toThrow('OOM')
  expect(ended.calls()).toBe(1)
})

test.each([
  // Redis 7 and 6, from a script.
  "OOM command not allowed when used memory > 'maxmemory'. script: 1a2b, on @user_script:5.",
  "ERR Error running script (call to f_1a2b): @user_script:5: @user_script: 5: -OOM command not allowed when used memory > 'maxmemory'.",
  'LOADING Redis is loading the dataset in memory',
  'MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist on disk.',
])('passing: %s', (message) => expect(isPassing(new Error(message))).toBe(true))

test('a transaction is as passing as what ended it', () => {
  const aborted = (previousErrors: unknown[]) =>
    Object.assign(new Error('EXECABORT Transaction discarded because of previous errors.'), { previousErrors })
  expect(isPassing(aborted([oom()]))).toBe(true)
  expect(isPassing(aborted([new Error('ERR wrong number of arguments')]))).toBe(false)
})

test.each(['ERR unknown command', 'NOAUTH Authentication required.', 'a ROOM is no OOMPH'])('lasting: %s', (message) =>
  expect(isPassing(new Error(message))).toBe(false),
)

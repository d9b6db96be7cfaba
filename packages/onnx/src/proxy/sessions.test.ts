import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { NegError } from '@neg/core'
import { afterEach, describe, expect, it } from 'vitest'
import { diskFiles } from '../../test/disk-files'
import { cpu } from '../../test/local-model'
import { localSessions } from '../session/local-sessions'
import type { SessionFactory } from '../session/session'
import { toValue } from '../session/value'
import { connectSessions } from './connect-sessions'
import type { Port } from './port'
import { serveSessions } from './serve-sessions'

const files = diskFiles('packages/portraits/model')
const ends: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const end of ends.splice(0)) await end()
})

const portOf = (port: MessagePort): Port => ({
  post: (message, transfer = []) => port.postMessage(message, transfer),
  listen(message, lost) {
    port.on('message', message)
    port.on('close', () => lost(new Error('closed')))
  },
})

/** Sessions that cross a channel, and what was done to them on the other side. */
async function across(load: () => Promise<SessionFactory> = () => localSessions({ files, runtime: cpu })) {
  const { port1, port2 } = new MessageChannel()
  const done: string[] = []
  serveSessions(portOf(port2), async () => {
    const inner = await load()
    const open: SessionFactory['open'] = async (part, patch) => {
      const session = await inner.open(part, patch)
      done.push(`open ${part}`)
      return {
        ...session,
        async release() {
          done.push(`release ${part}`)
          await session.release()
        },
      }
    }
    return { ...inner, open }
  })
  const sessions = await connectSessions({
    port: portOf(port1),
    load: undefined,
    async end() {
      done.push('end')
      port1.close()
    },
  })
  ends.push(() => sessions.dispose())
  return { sessions, done }
}

const ids = toValue(
  Float32Array.from({ length: 77 }, (_, i) => i),
  'int64',
  [1, 77],
)

describe('sessions that a worker hosts', () => {
  it('say and compute what they do without one', async () => {
    const [{ sessions }, local] = [await across(), await localSessions({ files, runtime: cpu })]
    expect(sessions.parts).toEqual(local.parts)
    expect(sessions.numerics).toEqual(local.numerics)
    expect(await sessions.digests('unet')).toEqual(await local.digests('unet'))
    const { inputs, outputs } = await local.signature('unet')
    expect(await sessions.signature('unet')).toMatchObject({ inputs, outputs })
    expect((await sessions.nodes?.('unet'))?.nodes.length).toBe((await local.nodes?.('unet'))?.nodes.length)

    const [there, here] = [await sessions.open('text_encoder'), await local.open('text_encoder')]
    expect(there.inputs).toEqual(here.inputs)
    const [a, b] = [await there.run({ input_ids: ids }), await here.run({ input_ids: ids })]
    expect(a).toEqual(b)
    expect(Object.keys(await there.run({ input_ids: ids }, { outputs: ['last_hidden_state'] }))).toEqual([
      'last_hidden_state',
    ])
    await here.release()
  })

  it('are released once, each by itself, and the rest when all is disposed of', async () => {
    const { sessions, done } = await across()
    const [text] = [await sessions.open('text_encoder'), await sessions.open('vae_decoder')]
    await Promise.all([text.release(), text.release()])
    await sessions.dispose()
    await sessions.dispose()
    expect(done).toEqual([
      'open text_encoder',
      'open vae_decoder',
      'release text_encoder',
      'release vae_decoder',
      'end',
    ])
    await expect(text.run({ input_ids: ids })).rejects.toMatchObject({ code: 'disposed' })
  })

  it('fail as they do without one', async () => {
    const { sessions } = await across()
    await expect(sessions.open('nothing')).rejects.toMatchObject({ code: 'model-file-missing' })
    const session = await sessions.open('text_encoder')
    await expect(session.run({})).rejects.toMatchObject({ code: 'runtime-failed' })
    expect((await session.run({ input_ids: ids }))['last_hidden_state'].shape).toEqual([1, 77, 128])
  })

  it('that cannot be loaded leave nothing behind', async () => {
    const refused = across(async () => {
      throw new NegError('model-missing', 'none there')
    })
    await expect(refused).rejects.toMatchObject({ code: 'model-missing', message: 'none there' })
  })

  it('reject with the signal’s reason', async () => {
    const { sessions } = await across()
    const session = await sessions.open('text_encoder')
    const reason = new Error('enough')
    await expect(session.run({ input_ids: ids }, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason)
  })
})

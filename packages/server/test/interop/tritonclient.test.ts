import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { hashToken } from '@neg/server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { here, installed } from './model-folder'
import { startNeg } from './neg-server'

const token = 'tritonclient-test-token'
let neg: Awaited<ReturnType<typeof startNeg>>
beforeAll(async () => {
  neg = await startNeg([{ name: 'python', sha256: hashToken(token), scopes: ['tensors'] }])
})
afterAll(() => neg?.stop())

describe('Python’s tritonclient', () => {
  it('drives neg’s server: metadata, binary and JSON tensors, errors', async () => {
    const { stdout } = await promisify(execFile)(
      join(installed('triton'), 'bin', 'python'),
      [here('tritonclient_drives_neg.py'), neg.server.url.replace('http://', ''), token],
      { encoding: 'utf8', timeout: 60_000 },
    )
    expect(JSON.parse(stdout)).toEqual({
      live: true,
      ready: true,
      server: 'neg',
      inputs: ['sample', 'timestep', 'encoder_hidden_states', 'cond_digest'],
      shape: [2, 8, 16, 16],
      binaryIsJson: true,
      rowsAreEqual: true,
      byDigest: true,
      unknownModel: true,
      wrongShape: true,
    })
  })
})

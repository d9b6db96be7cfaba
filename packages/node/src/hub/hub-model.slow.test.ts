import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { hubServer, type Trouble } from '../../test/hub-server'
import { hubModel } from './hub-model'
import { hubSettings } from './hub-settings'

const source = 'fixtures/layouts/tiny-sd15'
const paths = (readdirSync(source, { recursive: true }) as string[]).filter((path) =>
  statSync(join(source, path)).isFile(),
)

// Rare losses (a signal collected as garbage, a lock left behind) show only in many runs.
it('always ends, with the model or a named error, whichever file misbehaves and however', async () => {
  const server = await hubServer(Object.fromEntries(paths.map((path) => [path, readFileSync(join(source, path))])))
  const kinds: Trouble['kind'][] = ['busy', 'corrupt', 'silent', 'truncate', 'stall']
  for (let i = 0; i < 120; i++) {
    const cache = mkdtempSync(join(tmpdir(), 'neg-hub-'))
    server.troubles = { [paths[(i * 7) % paths.length]]: { kind: kinds[i % kinds.length], times: 99 } }
    const settings = hubSettings({ cacheDir: cache }, { HF_ENDPOINT: server.endpoint, HF_TOKEN_PATH: '/nowhere' })
    const outcome = await hubModel('org/model', {}, { ...settings, attempts: 3, delay: 1, stall: 100 }).then(
      () => 'whole',
      (error) => error.code,
    )
    expect(['whole', 'download-failed', 'download-corrupt']).toContain(outcome)
    const blobs = readdirSync(join(cache, 'models--org--model/blobs'))
    expect(blobs.filter((name) => name.endsWith('.lock'))).toEqual([])
    rmSync(cache, { recursive: true, force: true })
  }
  await server.close()
})

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { here, installed } from './model-folder'
import { freePort } from './process'

it('the Triton example draws a picture by its one command', async () => {
  const folder = here('../../../../examples/triton')
  const [http, grpc] = [await freePort(), await freePort()]
  const { stdout } = await promisify(execFile)('sh', [join(folder, 'run.sh')], {
    env: {
      ...process.env,
      NEG_TRITON_VENV: installed('triton'),
      NEG_TRITON_HTTP: String(http),
      NEG_TRITON_GRPC: String(grpc),
    },
  })
  expect(stdout).toMatch(/step 20 of 20[\s\S]*office-woman\.png[\s\S]*unet: \d+ calls by (http-binary|grpc)/)
  expect(readFileSync(join(folder, 'office-woman.png')).subarray(1, 4).toString()).toBe('PNG')
})

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import folder from './index'
import portraits from './web'

test.each(Object.entries(portraits.files))(
  '%s has the size and digest that are written down',
  (path, { size, sha256 }) => {
    const content = readFileSync(join(folder, path))
    expect(content.length).toBe(size)
    expect(createHash('sha256').update(content).digest('hex')).toBe(sha256)
  },
)

/** Records what every public package exports, as built, in its `api.md`; `npm run test:packages` fails where that is not up to date. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiReport } from './lib/api-report.mjs'
import { packages } from './lib/workspace.mjs'

for (const { folder, manifest } of packages().filter(({ manifest }) => !manifest.private && manifest.exports)) {
  writeFileSync(join(folder, 'api.md'), apiReport(folder, manifest))
}

/**
 * Puts a trained model in the package, and what was recorded of it among the fixtures: node put_in_place.mjs MODEL_FOLDER RECORDS
 *
 * RECORDS is a folder with the quality.json of evaluate.py and the references.json and attention.json of record_references.py.
 * `neg.json` stays: it is written by hand. The manifest gets the new sizes and digests.
 */
import { createHash } from 'node:crypto'
import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const [model, records] = process.argv.slice(2)
if (!model || !records) {
  console.error('node put_in_place.mjs MODEL_FOLDER RECORDS')
  process.exit(2)
}
const root = fileURLToPath(new URL('../..', import.meta.url))
const into = join(root, 'packages', 'portraits', 'model')
cpSync(model, into, { recursive: true })
for (const name of ['quality.json', 'references.json', 'attention.json']) {
  copyFileSync(join(records, name), join(root, 'fixtures', 'portraits', name))
}

const manifest = join(root, 'packages', 'portraits', 'src', 'manifest.ts')
const text = readFileSync(manifest, 'utf8')
const renewed = text.replace(/'([^']+)': \{\n {4}size: \d+,\n {4}sha256: '[0-9a-f]{64}'/g, (_, name) => {
  const bytes = readFileSync(join(into, name))
  return `'${name}': {\n    size: ${bytes.length},\n    sha256: '${createHash('sha256').update(bytes).digest('hex')}'`
})
writeFileSync(manifest, renewed)

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './workspace.mjs'

/**
 * What the last release exported: `.changeset/released-api.json` has a digest of every package's `api.md` as it was when its version was
 * made (`npm run version`), so that what differs is known in any checkout, without tags, history or a registry.
 *
 * @typedef {{ version: string | null, digests: Record<string, string> }} ReleasedApi `version` null: none was released yet.
 */
export const releasedApiFile = join(root, '.changeset', 'released-api.json')

/** A digest of an `api.md`; a version that it repeats is no change of it. */
export const digestOf = (report) =>
  createHash('sha256')
    .update(report.replace(/const version = "[^"]*"/, ''))
    .digest('hex')

/** The packages that the changesets of a folder name. @returns {Set<string>} */
export function namedPackages(folder = join(root, '.changeset')) {
  const heads = readdirSync(folder)
    .filter((name) => name.endsWith('.md') && name !== 'README.md')
    .map((name) => /^---\n(.*?)\n---/s.exec(readFileSync(join(folder, name), 'utf8'))?.[1] ?? '')
  return new Set(heads.flatMap((head) => [...head.matchAll(/^['"]?([^'":]+)['"]?:/gm)].map(([, name]) => name)))
}

/**
 * What is wrong where a package exports something else than its last release did.
 * @param {string} name
 * @param {string} report Its `api.md`.
 * @param {ReleasedApi} released
 * @param {Set<string>} named The packages that changesets name.
 * @returns {string | undefined}
 */
export function unannounced(name, report, released, named) {
  if (digestOf(report) === released.digests[name] || named.has(name)) return undefined
  const than =
    released.version === null ? 'has not been released' : `exports something else than ${released.version} did`
  return `${than}, and no changeset names it: describe the change with \`npx changeset\``
}

/** @returns {ReleasedApi} */
export const releasedApi = () => JSON.parse(readFileSync(releasedApiFile, 'utf8'))

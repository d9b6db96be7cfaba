import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { anchorsOf } from '../../scripts/lib/document-links.mjs'
import { packages, root } from '../../scripts/lib/workspace.mjs'

/** Of these nothing is promised, or they are another's over again. */
const left = new Set(['./internal', './plain', './worker'])

/** Every entry of a public package that is promised: its name, and the declarations that it was built to. */
export const entries = () =>
  packages()
    .filter(({ manifest }) => !manifest.private)
    .flatMap(({ name, folder, manifest }) =>
      Object.entries(manifest.exports ?? {})
        .filter(([key, value]) => value.types && !left.has(key))
        .map(([key, { types }]) => ({ name: `${name}${key.slice(1)}`, file: join(folder, types) })),
    )

/** The page of an entry, beside others. */
export const referencePage = (name) => name.replace('@neg/', '').replaceAll('/', '-')

/**
 * Writes a page for each entry of the packages, from the docstrings of what was built.
 * @param {string} folder The pages' own; emptied before.
 */
export async function writeReference(folder) {
  const { Application } = await import('typedoc')
  rmSync(folder, { recursive: true, force: true })
  const all = entries()
  const app = await Application.bootstrapWithPlugins({
    plugin: ['typedoc-plugin-markdown'],
    entryPoints: all.map(({ file }) => file),
    tsconfig: join(root, 'site', 'tsconfig.json'),
    skipErrorChecking: true,
    name: 'Reference',
    readme: 'none',
    disableSources: true,
    excludePrivate: true,
    excludeInternal: true,
    validation: { invalidLink: false, notExported: false, notDocumented: false },
    logLevel: 'Warn',
    out: folder,
    outputFileStrategy: 'modules',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    hidePageTitle: true,
    useCodeBlocks: true,
    expandObjects: false,
    parametersFormat: 'table',
    interfacePropertiesFormat: 'list',
    entryFileName: 'index',
    sanitizeComments: true,
  })
  const named = (app.getEntryPoints() ?? []).map((point) => {
    const entry = all.find(({ file }) => file === point.sourceFile.fileName)
    return { ...point, displayName: referencePage(entry.name) }
  })
  const project = app.converter.convert(named)
  await app.generateOutputs(project)
  const pages = new Map(all.map(({ name }) => [`${referencePage(name)}.md`, name]))
  const texts = new Map(
    [...pages].map(([page, name]) => [page, `# ${name}\n\n${readFileSync(join(folder, page), 'utf8')}`]),
  )
  const anchors = new Map([...texts].map(([page, text]) => [page, new Set(anchorsOf(text))]))
  for (const [page, text] of texts) writeFileSync(join(folder, page), led(text, page, anchors))
  const list = [...pages].map(([page, name]) => `- [${name}](${page})`)
  writeFileSync(
    join(folder, 'index.md'),
    `# Reference\n\nWhat the packages export, entry by entry, from their docstrings.\n\n${list.join('\n')}\n`,
  )
}

/** Links to headings as they are: TypeDoc gives some a number that it does not give the heading. */
const led = (text, own, anchors) =>
  text.replace(/\]\(([\w-]+\.md)?#([\w-]+?)(-\d+)\)/g, (link, page, anchor, number) => {
    const there = anchors.get(page ?? own)
    return !there || there.has(anchor + number) || !there.has(anchor) ? link : `](${page ?? ''}#${anchor})`
  })

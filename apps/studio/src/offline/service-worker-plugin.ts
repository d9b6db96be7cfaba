import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin, Rolldown } from 'vite'

type OutputBundle = Rolldown.OutputBundle

const template = fileURLToPath(new URL('./service-worker.js', import.meta.url))

/** The page's own code. The runtime is kept when it is first fetched, and model files are kept by @neg/web itself. */
const isOwn = (name: string): boolean => !/\.wasm$|^model\/|\.map$/.test(name)

/** What the page opens with: its entry and all that it imports at once. Views that open later are files of their own. */
function shellOf(bundle: OutputBundle): Set<string> {
  const found = new Set<string>()
  const visit = (name: string) => {
    const chunk = bundle[name]
    if (found.has(name) || chunk?.type !== 'chunk') return
    found.add(name)
    chunk.imports.forEach(visit)
  }
  for (const [name, file] of Object.entries(bundle)) {
    if (file.type === 'chunk' && file.isEntry) visit(name)
    else if (/\.(html|css)$/.test(name)) found.add(name)
  }
  return found
}

/** Writes `sw.js`: the template with the names of the build's files, and a version that changes with them. */
export function serviceWorker(): Plugin {
  return {
    name: 'neg-service-worker',
    apply: 'build',
    // After the plugin that writes the page.
    enforce: 'post',
    generateBundle(_options, bundle) {
      const shell = shellOf(bundle)
      const names = [...shell, 'icon.svg', 'manifest.webmanifest'].sort()
      const later = Object.keys(bundle).filter((name) => isOwn(name) && !shell.has(name))
      const source = readFileSync(template, 'utf8')
      const html = bundle['index.html']
      const page = html && 'source' in html ? html.source : ''
      const version = createHash('sha256')
        .update(`${[...names, ...later].join('\n')}${page}${source}`)
        .digest('hex')
        .slice(0, 12)
      this.emitFile({
        type: 'asset',
        fileName: 'sw.js',
        source: source
          .replace("'VERSION'", `'${version}'`)
          .replace("['FILES']", JSON.stringify(names))
          .replace("['LATER']", JSON.stringify(later.sort()))
          .replace("['RUNTIMES']", JSON.stringify(Object.keys(bundle).filter((name) => name.endsWith('.wasm')))),
      })
    },
  }
}

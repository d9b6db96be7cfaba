import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Plugin } from 'vite'

const template = fileURLToPath(new URL('./service-worker.js', import.meta.url))

/** What the page opens with. The runtime is kept when it is first fetched, and model files are kept by @neg/web itself. */
const isShell = (name: string): boolean => !/\.wasm$|^model\/|\.map$/.test(name)

/** Writes `sw.js`: the template with the names of the build's files, and a version that changes with them. */
export function serviceWorker(): Plugin {
  return {
    name: 'neg-service-worker',
    apply: 'build',
    // After the plugin that writes the page.
    enforce: 'post',
    generateBundle(_options, bundle) {
      const names = [...Object.keys(bundle).filter(isShell), 'icon.svg', 'manifest.webmanifest'].sort()
      const source = readFileSync(template, 'utf8')
      const html = bundle['index.html']
      const page = html && 'source' in html ? html.source : ''
      const version = createHash('sha256')
        .update(`${names.join('\n')}${page}${source}`)
        .digest('hex')
        .slice(0, 12)
      this.emitFile({
        type: 'asset',
        fileName: 'sw.js',
        source: source
          .replace("'VERSION'", `'${version}'`)
          .replace("['FILES']", JSON.stringify(names))
          .replace("['RUNTIMES']", JSON.stringify(Object.keys(bundle).filter((name) => name.endsWith('.wasm')))),
      })
    },
  }
}

import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix } from 'node:path'

const attribute = /\s(?:href|src)="([^"]*)"/g
const identifier = /\sid="([^"]*)"/g

const all = (text, pattern) => [...text.matchAll(pattern)].map(([, value]) => decode(value))
const decode = (value) => decodeURI(value.replaceAll('&amp;', '&').replaceAll('&#39;', "'").replaceAll('&quot;', '"'))

/**
 * Links, scripts and pictures of built pages that lead nowhere, a line each.
 * @param {string} folder of the site
 * @param {string} base The path it will lie under.
 */
export function deadLinks(folder, base) {
  const pages = new Map(
    readdirSync(folder, { recursive: true })
      .map((name) => name.replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.html'))
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
  const anchors = new Map([...pages].map(([name, html]) => [name, new Set(all(html, identifier))]))
  const dead = (from, link) => {
    if (/^([a-z][a-z+.-]*:|\/\/)/i.test(link)) return false
    const [path, anchor] = link.split('#')
    if (path.startsWith('/') && !path.startsWith(base)) return true
    const target =
      path === '' ? from : path.startsWith('/') ? path.slice(base.length) : posix.join(posix.dirname(from), path)
    const file = target === '' || target.endsWith('/') ? `${target}index.html` : target
    if (!statSync(join(folder, file), { throwIfNoEntry: false })?.isFile()) return true
    return anchor !== undefined && anchor !== '' && !anchors.get(file)?.has(anchor)
  }
  return [...pages].flatMap(([name, html]) =>
    [...new Set(all(html, attribute))].filter((link) => dead(name, link)).map((link) => `${name}: ${link}`),
  )
}

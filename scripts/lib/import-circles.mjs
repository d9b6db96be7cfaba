import { posix } from 'node:path'
import { importsOf } from './source-checks.mjs'

/**
 * Files of which each imports the next, the last the first; imports of types and those in the middle of a function count, too.
 * One line for each group that holds together, its files in alphabetical order.
 *
 * @param {import('./source-checks.mjs').File[]} files
 */
export function circles(files) {
  const scripts = files.filter(({ path }) => /\.tsx?$/.test(path))
  const paths = new Set(scripts.map(({ path }) => path))
  const imported = (path, name) => {
    const base = posix.join(posix.dirname(path), name)
    return [base, `${base}.ts`, `${base}.tsx`].find((candidate) => paths.has(candidate))
  }
  const imports = new Map(
    scripts.map((file) => [
      file.path,
      importsOf(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => imported(file.path, name))
        .filter((path) => path !== undefined),
    ]),
  )
  return strongComponents(imports)
    .filter((group) => group.length > 1)
    .map((group) => `${group.sort().join(', ')} import each other in a circle`)
}

/** Tarjan's strongly connected components (SIAM Journal on Computing 1, 1972). */
function strongComponents(edges) {
  const index = new Map()
  const low = new Map()
  const stack = []
  const groups = []
  const visit = (node) => {
    index.set(node, index.size)
    low.set(node, index.get(node))
    stack.push(node)
    for (const next of edges.get(node)) {
      if (!index.has(next)) visit(next)
      if (stack.includes(next)) low.set(node, Math.min(low.get(node), low.get(next)))
    }
    if (low.get(node) === index.get(node)) groups.push(stack.splice(stack.indexOf(node)))
  }
  for (const node of edges.keys()) if (!index.has(node)) visit(node)
  return groups
}

import ts from 'typescript'

/**
 * A source with mutants built in: `$mutant(key)` says whether that one is on, and hears that its place was reached.
 * @param {string} source
 * @param {readonly import('./mutants.mjs').Mutant[]} mutants Of this source.
 */
export function instrument(source, mutants) {
  const places = new Map()
  for (const mutant of mutants) {
    const place = `${mutant.start}-${mutant.end}-${mutant.statement}`
    const { start, end, statement } = mutant
    if (!places.has(place)) places.set(place, { start, end, statement, mutants: [], inside: [] })
    places.get(place).mutants.push(mutant)
  }
  // Without semicolons a line that now begins with a bracket would go on with the line before.
  for (const at of statementStarts(source))
    places.set(`;${at}`, { start: at, end: at, statement: false, mutants: [], inside: [] })

  const roots = []
  const open = []
  const order = (a, b) =>
    a.start - b.start ||
    Number(b.end === b.start) - Number(a.end === a.start) ||
    b.end - a.end ||
    Number(b.statement) - Number(a.statement)
  for (const place of [...places.values()].sort(order)) {
    while (open.length > 0 && open.at(-1).end <= place.start) open.pop()
    const list = open.at(-1)?.inside ?? roots
    list.push(place)
    if (place.end > place.start) open.push(place)
  }

  const emit = (start, end, inside) => {
    let text = ''
    let at = start
    for (const place of inside) {
      text += source.slice(at, place.start) + wrapped(place)
      at = place.end
    }
    return text + source.slice(at, end)
  }
  const wrapped = ({ start, end, statement, mutants, inside }) => {
    if (start === end) return ';'
    const plain = emit(start, end, inside)
    if (statement) return `{ if (!$mutant('${mutants[0].key}')) { ${plain} } }`
    return mutants.reduce((rest, { key, text }) => `($mutant('${key}') ? (${text}) : ${rest})`, `(${plain})`)
  }
  return emit(0, source.length, roots)
}

/** Where expression statements of blocks begin. */
function statementStarts(source) {
  const tree = ts.createSourceFile('x.ts', source, ts.ScriptTarget.Latest, true)
  const starts = []
  const visit = (node) => {
    const inBlock =
      ts.isBlock(node.parent ?? node) ||
      ts.isSourceFile(node.parent ?? node) ||
      ts.isCaseOrDefaultClause(node.parent ?? node)
    if (ts.isExpressionStatement(node) && inBlock) starts.push(node.getStart(tree))
    ts.forEachChild(node, visit)
  }
  visit(tree)
  return starts
}

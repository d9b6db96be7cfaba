/**
 * A document with what stands between `<!-- NAME: begin -->` and `<!-- NAME: end -->` replaced.
 * @throws where the document has no such block.
 */
export function replaceBlock(document, name, text) {
  const [open, close] = [`<!-- ${name}: begin -->`, `<!-- ${name}: end -->`]
  const [from, to] = [document.indexOf(open), document.indexOf(close)]
  if (from < 0 || to < from) throw new Error(`the document has no block ${open} … ${close}`)
  return `${document.slice(0, from + open.length)}\n\n${text}\n\n${document.slice(to)}`
}

/** The narrowest that a last column is made. */
const narrowest = 24

/**
 * Text broken between words into lines of at most `width` characters. A line of a table (columns two spaces apart) goes on under its
 * last column where there is room, any other two characters further in than it began; a longer word stays whole.
 */
export const wrapText = (text: string, width: number): string =>
  text
    .split('\n')
    .flatMap((line) => broken(line, width))
    .join('\n')

function broken(line: string, width: number): string[] {
  const indent = hang(line, width)
  const lines: string[] = []
  let rest = line
  let start = /^ */.exec(line)![0].length
  while (rest.length > width) {
    const within = rest.lastIndexOf(' ', width)
    const at = within > start ? within : rest.indexOf(' ', Math.max(width, start))
    if (at < 0) break
    lines.push(rest.slice(0, at).trimEnd())
    rest = ' '.repeat(indent) + rest.slice(at + 1).trimStart()
    start = indent
  }
  return [...lines, rest]
}

/** Where a line goes on. */
function hang(line: string, width: number): number {
  const columns = [...line.matchAll(/\S {2,}(?=\S)/g)].map((gap) => gap.index + gap[0].length)
  const last = columns.at(-1)
  return last !== undefined && last + narrowest <= width ? last : /^ */.exec(line)![0].length + 2
}

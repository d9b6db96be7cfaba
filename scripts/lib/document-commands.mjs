/** Command lines of `neg` in the shell blocks of a document, as arguments: of `neg`, `npx neg` and `npm start --`, which is `neg generate`. */
export function commandsOf(markdown) {
  const blocks = [...markdown.matchAll(/^```sh\n(.*?)^```/gms)].map(([, text]) => text.replace(/\\\n\s*/g, ' '))
  return blocks
    .flatMap((text) => text.split('\n'))
    .flatMap((line) => {
      const words = wordsOf(line)
      const at = words.findIndex((word) => !/^[A-Z_]+=/.test(word))
      const [first, second, third] = words.slice(at)
      if (at < 0) return []
      if (first === 'neg') return [words.slice(at + 1)]
      if (first === 'npx' && second === 'neg') return [words.slice(at + 2)]
      if (first === 'npm' && second === 'start' && third === '--') return [['generate', ...words.slice(at + 3)]]
      return []
    })
    .map((words) => words.slice(0, ends(words)))
    .filter((words) => words.length > 0)
}

/** Where the command is over: a pipe, a redirection, another command. */
function ends(words) {
  const at = words.findIndex((word) => /^(\||>|>>|2>|&|&&|;)$/.test(word))
  return at < 0 ? words.length : at
}

/** The words of a line as a shell has them, up to a comment. */
function wordsOf(line) {
  const words = []
  for (const [text, double, single] of line.matchAll(/#.*|(?:"([^"]*)"|'([^']*)'|[^\s"']+)+/g)) {
    if (text.startsWith('#')) break
    words.push(double ?? single ?? text)
  }
  return words
}

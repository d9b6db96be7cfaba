/** What GitHub makes of a heading for links to lead to, unless it repeats. */
export const slugOf = (heading) =>
  heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Mark}\p{Number}\p{Connector_Punctuation}\- ]/gu, '')
    .replaceAll(' ', '-')

/** Where links to a document's headings lead; a heading that repeats has a number more. */
export function anchorsOf(markdown) {
  const seen = new Map()
  return withoutCode(markdown)
    .split('\n')
    .flatMap((line) => /^#{1,6}\s+(.*?)\s*#*$/.exec(line)?.[1] ?? [])
    .map((heading) => {
      const slug = slugOf(heading)
      const times = seen.get(slug) ?? 0
      seen.set(slug, times + 1)
      return times === 0 ? slug : `${slug}-${times}`
    })
}

/** Targets of a document's links and pictures within the repository: `path`, `path#anchor` or `#anchor`. */
export const linksOf = (markdown) =>
  [...withoutCode(markdown).matchAll(/\]\(([^()\s]+)(?:\s+"[^"]*")?\)/g)]
    .map(([, target]) => target)
    .filter((target) => !/^[a-z][a-z+.-]*:/i.test(target))

const withoutCode = (markdown) =>
  markdown
    .replace(/^(```+|~~~+)[^\n]*\n.*?^\1[^\n]*$/gms, '')
    .replace(/`[^`\n]+`/g, (code) => (code.includes('](') ? '' : code))

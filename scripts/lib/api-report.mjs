import { join, relative } from 'node:path'
import ts from 'typescript'

/** Of these nothing is promised. */
const internal = './internal'

/**
 * What a package exports as built, entry by entry: each declaration without its comments but `@experimental`, in alphabetical order, and what
 * those are made of that is exported nowhere. So a change of the surface is a change of this text.
 *
 * @param {string} folder of the package, with `package.json` and what it was built to
 * @param {{ name: string, exports?: Record<string, string | { types?: string }> }} manifest
 * @returns {string} as Markdown
 */
export function apiReport(folder, { name, exports = {} }) {
  const entries = Object.entries(exports).flatMap(([key, value]) =>
    key !== internal && typeof value === 'object' && value.types ? [{ key, file: join(folder, value.types) }] : [],
  )
  const program = ts.createProgram(
    entries.map(({ file }) => file),
    {
      module: ts.ModuleKind.ESNext,
      moduleResolution: ts.ModuleResolutionKind.Bundler,
      target: ts.ScriptTarget.ES2022,
      skipLibCheck: true,
      noEmit: true,
    },
  )
  const surface = surfaceOf(program, folder)
  const said = new Map()
  const sections = entries.map(({ key, file }) => {
    const title = key === '.' ? name : `${name}${key.slice(1)}`
    const lines = surface.exportsOf(file).map(([name, symbol]) => {
      if (said.has(symbol)) return `// ${name}, as in ${said.get(symbol)}`
      said.set(symbol, title)
      return surface.textOf(name, symbol)
    })
    return `## ${title}\n\n${fenced(lines)}`
  })
  const inner = surface.madeOf([...said.keys()])
  const more = inner.length > 0 ? [`## Made of\n\n${fenced(inner)}`] : []
  return `# What ${name} exports\n\nRecorded by \`npm run api\`.\n\n${[...sections, ...more].join('\n\n')}\n`
}

const fenced = (declarations) => `\`\`\`ts\n${declarations.join('\n')}\n\`\`\``

const byName = ([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)

/** Asks a program for a package's own declarations. */
function surfaceOf(program, folder) {
  const checker = program.getTypeChecker()
  const meant = (symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol)
  const own = (symbol) =>
    (symbol.declarations ?? []).filter((declaration) => {
      const path = relative(folder, declaration.getSourceFile().fileName)
      return (
        !path.startsWith('..') && !path.startsWith('node_modules') && ts.isSourceFile(statementOf(declaration).parent)
      )
    })
  const text = (name, symbol) => {
    const declarations = own(symbol).map(printed).join('\n')
    if (declarations === '') return `// ${name}, of another package`
    return new RegExp(`\\b${name.replace('$', '\\$')}\\b`).test(declarations)
      ? declarations
      : `${declarations} // as ${name}`
  }
  return {
    exportsOf(file) {
      const source = program.getSourceFile(file)
      if (!source) throw new Error(`${file} is not there: build first.`)
      const symbols = checker.getExportsOfModule(checker.getSymbolAtLocation(source))
      return symbols.map((one) => [one.name, meant(one)]).sort(byName)
    },
    textOf: text,
    /** Declarations of the package that these are made of, beside themselves. */
    madeOf(symbols) {
      const found = new Set(symbols)
      const visit = (node) => {
        const named = ts.isIdentifier(node) ? checker.getSymbolAtLocation(node) : undefined
        const symbol = named && meant(named)
        if (symbol && !found.has(symbol) && own(symbol).length > 0) {
          found.add(symbol)
          own(symbol).forEach(visit)
        }
        ts.forEachChild(node, visit)
      }
      for (const symbol of symbols) own(symbol).forEach(visit)
      const inner = [...found].filter((symbol) => !symbols.includes(symbol))
      return inner
        .map((symbol) => [symbol.name, text(symbol.name, symbol)])
        .sort(byName)
        .map(([, declaration]) => declaration)
    },
  }
}

const statementOf = (declaration) => (ts.isVariableDeclaration(declaration) ? declaration.parent.parent : declaration)

const printer = ts.createPrinter({ removeComments: true })

const isExperimental = (declaration) =>
  ts.getJSDocTags(declaration).some(({ tagName }) => tagName.text === 'experimental')

const printed = (declaration) =>
  `${isExperimental(declaration) ? '/** @experimental */\n' : ''}${printer.printNode(
    ts.EmitHint.Unspecified,
    statementOf(declaration),
    declaration.getSourceFile(),
  )}`

/** What a report marks as experimental: the entry and the name. */
export const experimentalOf = (report) =>
  report.split(/^## /m).flatMap((section) => {
    const [entry] = section.split('\n', 1)
    const names = [...section.matchAll(/^\/\*\* @experimental \*\/\n(?:declare )?\w+ (\w+)/gm)]
    return names.map(([, name]) => ({ entry, name }))
  })

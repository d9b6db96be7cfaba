import { isBuiltin } from 'node:module'
import ts from 'typescript'

/** @typedef {{ path: string, text(): string }} File A file by its path in the repository. */

const isScript = (path) => /\.(ts|tsx|mts|js|mjs|vue)$/.test(path)
const isTest = (path) =>
  /\.(slow\.)?test(-helper)?\.(tsx?|mjs)$|(^|\/)test\/|tsup\.config\.ts$|vite(st)?\.config\.ts$/.test(path)

/** The modules that a script imports, by whatever syntax. */
export function importsOf(file) {
  const text = file.text()
  const { importedFiles, typeReferenceDirectives } = ts.preProcessFile(text, true, true)
  return [...importedFiles, ...typeReferenceDirectives].map(({ fileName }) => fileName)
}

/** `@neg/onnx/worker` is of `@neg/onnx`. */
const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

/**
 * Imports that a package does not declare. What it ships may import its dependencies and peers, and by the names of its
 * `imports`; its tests and configs also development dependencies, the repository's among them, and any package of the
 * workspace: they never leave it.
 */
export function undeclared(manifest, files, repository, workspace = []) {
  const shipped = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies }
  const neighbours = Object.fromEntries(workspace.map((name) => [name, '*']))
  const inPrivate = { ...shipped, ...manifest.devDependencies, ...repository.devDependencies }
  const forTests = { ...inPrivate, ...neighbours }
  return files
    .filter(({ path }) => isScript(path))
    .flatMap((file) => {
      const declared = isTest(file.path) ? forTests : manifest.private ? inPrivate : shipped
      const bad = importsOf(file).filter(
        (name) =>
          !name.startsWith('.') &&
          !isBuiltin(name) &&
          packageOf(name) !== manifest.name &&
          !(name in (manifest.imports ?? {})) &&
          !(packageOf(name) in declared) &&
          !(file.path.endsWith('.ts') && `@types/${packageOf(name)}` in declared),
      )
      return [...new Set(bad)].map((name) => `${file.path} imports ${name}, which ${manifest.name} does not declare`)
    })
}

/** Globals that only some platforms have. */
const globals = ['process', 'Buffer', 'window', 'document', 'navigator', 'localStorage', '__dirname', 'require']

/** Where `@neg/core` touches a platform: a Node module, or a global that not every JavaScript engine has. */
export function platform(files) {
  return files
    .filter(({ path }) => isScript(path) && !isTest(path))
    .flatMap((file) => {
      const nodes = importsOf(file)
        .filter((name) => isBuiltin(name))
        .map((name) => `${file.path} imports ${name}`)
      return [...nodes, ...freeGlobals(file)]
    })
}

const declares = new Set([
  ts.SyntaxKind.VariableDeclaration,
  ts.SyntaxKind.Parameter,
  ts.SyntaxKind.BindingElement,
  ts.SyntaxKind.FunctionDeclaration,
  ts.SyntaxKind.ImportSpecifier,
  ts.SyntaxKind.ImportClause,
])

/** Uses of a platform's globals as names that the file itself does not declare. */
function freeGlobals(file) {
  if (file.path.endsWith('.d.ts')) return []
  const used = new Set()
  const declared = new Set()
  const visit = (node) => {
    if (ts.isIdentifier(node) && globals.includes(node.text)) {
      if (node.parent.name !== node) used.add(node.text)
      else if (declares.has(node.parent.kind)) declared.add(node.text)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file.path, file.text(), ts.ScriptTarget.Latest, true))
  return [...used]
    .filter((name) => !declared.has(name))
    .map((name) => `${file.path} uses ${name}, which not every platform has`)
}

const registry = /https?:\/\/[^\s"'<>)]*(registry\.|pypi|deb\.debian)|"resolved": "htt[p]/
const machine = /(^|[\s"'`(=:])\/(home|root|work|Users)\/[\w.-]/m

/** Files that hold the address of a registry or a path of somebody's machine. */
export function addresses(files) {
  return files
    .filter(({ path }) => /\.(tsx?|mjs|js|json|md|ya?ml|py|sh|vue|html|css)$|(^|\/)[^.]+$/.test(path))
    .filter(({ path }) => !path.startsWith('fixtures/'))
    .flatMap((file) => {
      const text = file.text()
      return [
        ...(registry.test(text) ? [`${file.path} holds the address of a registry`] : []),
        ...(machine.test(text) ? [`${file.path} holds a path of one machine`] : []),
      ]
    })
}

/** The most lines of a source file; tests are lists of cases, and may be longer. */
export const longest = 300
const longestTest = 450

/** Source files that are too long. */
export function lengths(files) {
  return files
    .filter(({ path }) => /\.(tsx?|mjs|js|vue)$/.test(path) && !path.startsWith('fixtures/'))
    .map((file) => ({ path: file.path, lines: file.text().split('\n').length - 1 }))
    .map((file) => ({ ...file, most: isTest(file.path) ? longestTest : longest }))
    .filter(({ lines, most }) => lines > most)
    .map(({ path, lines, most }) => `${path} has ${lines} lines; at most ${most}: make it two files`)
}

const leftovers = [
  [/\b(it|test|describe)(\.\w+)*\.(only|todo)\b|\b(fit|fdescribe)\(/, 'singles tests out or leaves them to be written'],
  [/\b(it|test|describe)\.skip\b|\b(xit|xdescribe)\(/, 'skips tests'],
  [/\b(TO[D]O|FIXM[E])\b/, 'holds a note to oneself'],
]

/** Tests that are left out, and notes that were meant to go. */
export function unfinished(files) {
  return files
    .filter(({ path }) => isScript(path) && !path.startsWith('fixtures/'))
    .flatMap((file) => {
      const text = file.text()
      return leftovers.filter(([pattern]) => pattern.test(text)).map(([, what]) => `${file.path} ${what}`)
    })
}

/** A version that a source file repeats must be its package's. */
export function versions(manifest, files) {
  return files
    .filter(({ path }) => path.endsWith('src/version.ts'))
    .flatMap((file) => {
      const [, stated] = /version = '([^']+)'/.exec(file.text()) ?? []
      return stated === undefined || stated === manifest.version
        ? []
        : [`${file.path} says ${stated}; ${manifest.name} is ${manifest.version}`]
    })
}

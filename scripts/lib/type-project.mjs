import { join } from 'node:path'
import ts from 'typescript'
import { root } from './workspace.mjs'

/** Files that exist for TypeScript alone lie here, so that packages are found as a program of a user's finds them. */
const folder = join(root, 'examples', 'node-quickstart', 'src')

const resolutions = {
  NodeNext: { module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext },
  Bundler: { module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler },
}

/**
 * TypeScript's language service over sources by file name, as an editor has it in a user's program: the packages as built,
 * none of this repository's `paths`.
 * @param {Record<string, string>} sources
 * @param {keyof typeof resolutions} resolution
 */
export function languageService(sources, resolution = 'NodeNext') {
  const files = new Map(Object.entries(sources).map(([name, text]) => [join(folder, name), text]))
  const host = {
    getCompilationSettings: () => ({
      ...resolutions[resolution],
      target: ts.ScriptTarget.ES2022,
      lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
      strict: true,
      noEmit: true,
      skipLibCheck: true,
      types: ['node'],
      typeRoots: [join(root, 'node_modules', '@types')],
    }),
    getScriptFileNames: () => [...files.keys()],
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => {
      const text = files.get(name) ?? ts.sys.readFile(name)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: (name) => files.has(name) || ts.sys.fileExists(name),
    readFile: (name) => files.get(name) ?? ts.sys.readFile(name),
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
    realpath: ts.sys.realpath,
  }
  const service = ts.createLanguageService(host)
  const path = (name) => join(folder, name)
  return {
    /** What is offered where `¦` stands in the source, by name. */
    offered(name, at) {
      return (service.getCompletionsAtPosition(path(name), at, {})?.entries ?? []).map((entry) => entry.name)
    },
    /** What an editor shows of an offered name. */
    documentation(name, at, entry) {
      const details = service.getCompletionEntryDetails(path(name), at, entry, {}, undefined, {}, undefined)
      return ts.displayPartsToString(details?.documentation)
    },
    /** What TypeScript refuses in a file. */
    errors(name) {
      return [...service.getSyntacticDiagnostics(path(name)), ...service.getSemanticDiagnostics(path(name))].map(
        ({ code, messageText }) => ({ code, text: ts.flattenDiagnosticMessageText(messageText, '\n') }),
      )
    },
  }
}

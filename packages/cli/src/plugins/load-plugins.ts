import { existsSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { NegError, type Plugin } from '@neg/core'
import { isPlugin } from '@neg/core/internal'
import { readJson } from '../files/read-json'

/**
 * The plug-ins (guidances and schedulers) that modules export: a JavaScript file, the folder of a package, or a package's name as installed
 * where the command runs.
 * @throws `read-failed` where there is no such module, `plugin-failed` where it cannot be loaded, `plugin-invalid` where it
 * exports no plug-in
 */
export async function loadPlugins(names: readonly string[] = []): Promise<Plugin[]> {
  const modules = await Promise.all(names.map(pluginsOf))
  return modules.flat()
}

async function pluginsOf(name: string): Promise<Plugin[]> {
  const file = await fileOf(name)
  let module: Record<string, unknown>
  try {
    module = await import(pathToFileURL(file).href)
  } catch (cause) {
    throw new NegError(
      'plugin-failed',
      `--plugin ${name} cannot be loaded: ${(cause as Error).message}${remedyOf(cause)}`,
      {
        where: '--plugin',
        cause,
      },
    )
  }
  const plugins = [...new Set(Object.values(module).filter(isPlugin))]
  if (plugins.length > 0) return plugins
  throw new NegError(
    'plugin-invalid',
    `--plugin ${name} exports no plug-in. Expected is a module that exports what definePlugin or defineScheduler gives, a version included; ` +
      `it exports ${Object.keys(module).join(', ') || 'nothing'}.`,
    { where: '--plugin' },
  )
}

const remedyOf = (cause: unknown): string =>
  (cause as { code?: unknown }).code === 'ERR_UNKNOWN_FILE_EXTENSION'
    ? '. This version of Node loads JavaScript only: build it first.'
    : ''

/** The JavaScript file of a module. */
async function fileOf(name: string): Promise<string> {
  const path = resolve(name)
  if (existsSync(path)) return statSync(path).isDirectory() ? entryOf(path) : path
  try {
    return createRequire(join(process.cwd(), 'x.js')).resolve(name)
  } catch (cause) {
    throw new NegError('read-failed', `--plugin ${name}: there is no such file, folder or installed package.`, {
      where: '--plugin',
      cause,
    })
  }
}

/** What a package's folder names as its module. */
async function entryOf(folder: string): Promise<string> {
  const manifest = join(folder, 'package.json')
  const { exports: named, main } = existsSync(manifest) ? await readJson(manifest) : {}
  const entry = join(folder, target(named) ?? (typeof main === 'string' ? main : 'index.js'))
  if (existsSync(entry)) return entry
  throw new NegError('read-failed', `--plugin ${folder}: there is no ${entry}. Has the package been built?`, {
    where: '--plugin',
  })
}

/** `exports` of a package.json: a path, or conditions that nest; `.` is the module itself. */
function target(named: unknown): string | undefined {
  if (typeof named === 'string') return named
  if (typeof named !== 'object' || named === null) return undefined
  const conditions = named as Record<string, unknown>
  for (const key of ['.', 'import', 'node', 'default']) {
    const found = target(conditions[key])
    if (found !== undefined) return found
  }
  return undefined
}

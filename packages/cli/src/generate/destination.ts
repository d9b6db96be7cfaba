import { accessSync, constants, mkdtempSync, rmdirSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve, sep } from 'node:path'
import { NegError } from '@neg/core'

/** Where pictures go. */
export interface Destination {
  /** The folder that holds them. */
  readonly folder: string
  /** A file that was named: it is written over; otherwise names are neg's own, and nothing is written over. */
  readonly named: boolean
  /** The picture of a seed, without its ending. */
  picture(seed: string): string
  /** The contact sheet, without its ending. */
  readonly sheet: string
}

/** What is at a path; undefined where nothing can be. */
function at(path: string) {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined
    throw error
  }
}

/** The path itself, or its nearest parent that exists. */
const nearest = (path: string): string => (at(path) || dirname(path) === path ? path : nearest(dirname(path)))

/** Refuses early what could not be written in the end. @throws `write-failed` */
export function checkWritable(file: string): void {
  const fail = (why: string) => new NegError('write-failed', `${file} cannot be written: ${why}.`, { where: file })
  try {
    const there = at(file)
    if (there?.isDirectory()) throw fail('it is a folder')
    // Devices and pipes are written to as they are: their folder does not matter.
    const asItIs = there && !there.isFile()
    const folder = asItIs ? file : nearest(dirname(resolve(file)))
    if (!asItIs && !at(folder)?.isDirectory()) throw fail(`${folder} is not a folder`)
    accessSync(folder, constants.W_OK)
    if (asItIs) return
    // Root may write anywhere by its rights, and cannot below /proc: a folder that has to be made is tried.
    if (folder !== dirname(resolve(file))) rmdirSync(mkdtempSync(join(folder, '.neg-')))
  } catch (error) {
    if (NegError.isInstance(error)) throw error
    const { code } = error as NodeJS.ErrnoException
    throw fail(
      code === 'EACCES' || code === 'EPERM' ? `no permission (${code})` : `its folder cannot be made (${code})`,
    )
  }
}

const isFolder = (path: string) => at(path)?.isDirectory() ?? false

/** Where `--out` sends pictures: a folder that exists or ends in a slash or has no ending, or a file. */
export function destinationOf(out: string | undefined, pictures: number): Destination {
  const given = out ?? '.'
  if (out === undefined || isFolder(given) || /[/\\]$/.test(given) || given.endsWith(sep) || extname(given) === '') {
    return {
      folder: given,
      named: false,
      picture: (seed) => join(given, `neg-${seed}`),
      sheet: join(given, 'neg-sheet'),
    }
  }
  if (extname(given).toLowerCase() !== '.png') {
    throw new NegError('option-invalid', `--out writes PNG; got ${given}. Name it *.png, or name a folder.`)
  }
  const stem = join(dirname(given), basename(given, extname(given)))
  return {
    folder: dirname(given),
    named: true,
    picture: (seed) => (pictures > 1 ? `${stem}-${seed}` : stem),
    sheet: stem,
  }
}

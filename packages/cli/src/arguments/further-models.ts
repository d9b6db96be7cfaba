import { Option } from 'commander'
import { refuse } from './refuse'

/** Models that a guidance asks for by name, such as `weak` of auto: name → folder, or id of the Hub. */
export type FurtherModels = Readonly<Record<string, string>>

/** Collects `--further-model NAME=MODEL`. */
function collectFurtherModel(text: string, before: FurtherModels = {}): FurtherModels {
  const at = text.indexOf('=')
  if (at < 1 || at === text.length - 1) throw refuse('--further-model', 'must be NAME=MODEL, such as weak=FOLDER', text)
  return { ...before, [text.slice(0, at).trim()]: text.slice(at + 1) }
}

/** Of every command that draws under guidances. */
export const furtherModelOption = (): Option =>
  new Option(
    '--further-model <name=model>',
    'a model that the guidance asks for, such as weak=FOLDER (repeatable)',
  ).argParser(collectFurtherModel)

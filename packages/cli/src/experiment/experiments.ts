import { delay } from './delay'
import type { AnyExperiment } from './experiment'
import { localEdit } from './local-edit'
import { neutralization } from './neutralization'
import { removalWindow } from './removal-window'
import { reverse } from './reverse-activation'
import { strength } from './strength'

/** The article's findings, each looked for by one experiment. */
export const experiments: readonly AnyExperiment[] = [
  delay,
  strength,
  removalWindow,
  localEdit,
  reverse,
  neutralization,
]

import { adaptive } from './adaptive'
import { apg } from './apg'
import { auto } from './auto'
import { cfgPlusPlus } from './cfg-plus-plus'
import { cfgZeroStar } from './cfg-zero-star'
import { classifier } from './classifier'
import { classifierFree } from './classifier-free'
import { composition } from './composition'
import { contrastive } from './contrastive'
import { dynamicNegative } from './dynamic-negative'
import { dynamicThresholding } from './dynamic-thresholding'
import { fdg } from './fdg'
import { general } from './general'
import { instructPix2Pix } from './instruct-pix2pix'
import { interval } from './interval'
import { local } from './local'
import { mamboG } from './mambo-g'
import { mimic } from './mimic'
import { nag } from './nag'
import { negativePrompt } from './negative-prompt'
import { pag } from './pag'
import { perpNeg } from './perp-neg'
import { rescale } from './rescale'
import { scaleSchedule } from './scale-schedule'
import { seg } from './seg'
import { sega } from './sega'
import { skipEarly } from './skip-early'
import { sld } from './sld'
import { tcfg } from './tcfg'
import { window } from './window'

/** The guidances that every program knows by name. */
export const builtInGuidances = [
  adaptive,
  apg,
  auto,
  cfgPlusPlus,
  cfgZeroStar,
  classifier,
  classifierFree,
  composition,
  contrastive,
  dynamicNegative,
  dynamicThresholding,
  fdg,
  general,
  instructPix2Pix,
  interval,
  local,
  mamboG,
  mimic,
  nag,
  negativePrompt,
  pag,
  perpNeg,
  rescale,
  scaleSchedule,
  seg,
  sega,
  skipEarly,
  sld,
  tcfg,
  window,
] as const

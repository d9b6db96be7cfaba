import { more } from '../strings'
import type { AxisKind } from './plot'

/** An axis, as the page calls it. */
export const axisName = (kind: AxisKind): string => more().axes[kind]

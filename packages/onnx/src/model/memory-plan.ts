import type { ModelInfo } from '@neg/core'
import type { VaeConfig } from '../folder/vae-config'
import type { Keeping } from '../session/residency'
import type { SessionFactory } from '../session/session'
import type { Tiling } from '../vae/tiles'

/**
 * What stays in memory. `keep`: every network once it was opened, pictures decoded whole; `low`: networks of the stage that a run is
 * in (text, denoising, decoding), rows one by one on a CPU, large pictures in tiles; `auto`: by the networks' size and free memory.
 */
export type MemoryOption = 'auto' | 'keep' | 'low'

export interface MemoryPlan {
  readonly keeping: Keeping
  /** Rows of a call at most. */
  readonly rows: number
  readonly tiling?: Tiling
  readonly info: Pick<ModelInfo, 'memory' | 'tiles'>
}

/** A network takes about twice its files while it runs, and is not alone on a machine. */
const share = 1 / 8

/** Edge in pixels above which a picture is decoded in tiles, where nobody said how memory is. */
const large = 1024

/** Edge of a tile in pixels at least: smaller ones do not see enough of the picture. */
const leastTile = 512

const gibibytes = (bytes: number) => `${(bytes / 2 ** 30).toFixed(1)} GiB`

/**
 * Decides what stays in memory.
 *
 * @param parts networks that a picture needs
 * @param free bytes that this process can still have; absent where nobody knows (a GPU's)
 */
export async function memoryPlan(
  option: MemoryOption,
  sessions: SessionFactory,
  {
    parts,
    vae,
    fixed,
    free,
  }: {
    readonly parts: readonly string[]
    readonly vae: Pick<VaeConfig, 'sampleSize' | 'pixelsPer'>
    /** The export takes one size only. */
    readonly fixed: boolean
    readonly free?: number
  },
): Promise<MemoryPlan> {
  const { device } = sessions.numerics
  const low = option === 'low' || (option === 'auto' ? await isShort(sessions, parts, free) : undefined)
  const size = Math.max(leastTile, vae.sampleSize)
  const tiles =
    option === 'keep' || fixed ? undefined : { size, above: option === 'low' ? size : Math.max(large, size) }
  const why = typeof low === 'string' ? { why: low } : {}
  return {
    keeping: low ? 'low' : option === 'auto' ? 'spare' : 'keep',
    rows: low && (device === 'cpu' || device === 'wasm') ? 1 : Number.POSITIVE_INFINITY,
    ...(tiles ? { tiling: { ...tiles, cells: Math.floor(size / vae.pixelsPer) } } : {}),
    info: { memory: { networks: low ? 'low' : 'keep', ...why }, ...(tiles ? { tiles } : {}) },
  }
}

/** Why memory is short; undefined where it is not. */
async function isShort(
  { bytes }: SessionFactory,
  parts: readonly string[],
  free: number | undefined,
): Promise<string | undefined> {
  if (!bytes || free === undefined) return undefined
  const sizes = await Promise.all(parts.map((part) => bytes(part)))
  const all = sizes.reduce((sum, size) => sum + size, 0)
  return all > free * share ? `the networks have ${gibibytes(all)}, and ${gibibytes(free)} are free` : undefined
}

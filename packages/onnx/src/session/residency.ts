import { NegError } from '@neg/core'
import type { Session } from './session'

/** What a run does one after the other: reading its texts, denoising, pictures to latents and back, judging them. */
export type Stage = 'text' | 'denoise' | 'image' | 'judge'

/**
 * Which networks stay in memory: `keep`: all that were opened; `spare`: all, until one does not fit; `low`: those of one stage.
 */
export type Keeping = 'keep' | 'spare' | 'low'

/** Who keeps sessions, and who makes room when another stage opens one. */
export interface Residency {
  /** Says how the sessions that a stage has opened are released, to be opened again when they are next needed. */
  join(stage: Stage, release: () => Promise<void>): void
  /** Opens a session of a stage, with room made for it. While nothing runs. */
  open(stage: Stage, create: () => Promise<Session>): Promise<Session>
}

export function createResidency(keeping: Keeping): Residency {
  const members: { readonly stage: Stage; release(): Promise<void> }[] = []
  const releaseOthers = async (stage: Stage) => {
    for (const member of members) if (member.stage !== stage) await member.release()
  }
  return {
    join: (stage, release) => members.push({ stage, release }),
    async open(stage, create) {
      if (keeping === 'low') await releaseOthers(stage)
      try {
        return await create()
      } catch (error) {
        if (keeping !== 'spare' || !NegError.isInstance(error) || error.code !== 'out-of-memory') throw error
        await releaseOthers(stage)
        return create()
      }
    },
  }
}

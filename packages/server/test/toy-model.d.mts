import type { DiffusionModel } from '@neg/core'

export declare function toyModel(options?: { ms?: number; id?: string }): DiffusionModel

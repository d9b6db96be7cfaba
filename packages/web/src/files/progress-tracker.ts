import type { ProgressCallback } from '@neg/onnx'

export interface ProgressTracker {
  begin(file: string, size: number | undefined): void
  move(file: string, loaded: number, total: number | undefined): void
  end(file: string, size: number): void
}

/** Turns what single downloads tell into progress events, and keeps the sum over them. */
export function progressTracker(name: string, tell: ProgressCallback = () => {}): ProgressTracker {
  const files = new Map<string, { loaded: number; total: number | undefined; moved: boolean }>()
  const percent = (loaded: number, total: number | undefined) =>
    total ? { total, progress: Math.min(100, (100 * loaded) / total) } : {}

  const tellTotal = () => {
    const all = [...files.values()]
    const loaded = all.reduce((sum, file) => sum + file.loaded, 0)
    const total = all.reduce<number | undefined>(
      (sum, file) => (sum === undefined || file.total === undefined ? undefined : sum + file.total),
      0,
    )
    tell({ status: 'progress_total', name, loaded, ...percent(loaded, total) })
  }

  return {
    begin(file, size) {
      files.set(file, { loaded: 0, total: size, moved: false })
      tell({ status: 'initiate', name, file })
    },
    move(file, loaded, total) {
      const known = files.get(file)
      if (!known) return
      if (!known.moved) tell({ status: 'download', name, file })
      Object.assign(known, { loaded, total: total ?? known.total, moved: true })
      tell({ status: 'progress', name, file, loaded, ...percent(loaded, known.total) })
      tellTotal()
    },
    end(file, size) {
      files.set(file, { loaded: size, total: size, moved: true })
      tell({ status: 'done', name, file, loaded: size, total: size, progress: 100 })
      tellTotal()
    },
  }
}

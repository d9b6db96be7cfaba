import type { ProgressCallback } from '@neg/onnx'

/** Tells about files and keeps the sum over all of them. */
export interface ProgressTeller {
  initiate(file: string): void
  download(file: string): void
  progress(file: string, loaded: number): void
  done(file: string): void
  ready(): void
}

/** @param sizes every file's path and size in bytes; may grow */
export function progressTeller(
  name: string,
  sizes: ReadonlyMap<string, number>,
  tell: ProgressCallback = () => undefined,
): ProgressTeller {
  const loadedBytes = new Map<string, number>()
  const percent = (loaded: number, total: number) => (total === 0 ? 100 : (100 * loaded) / total)
  const move = (file: string, loaded: number) => {
    loadedBytes.set(file, loaded)
    const total = sizes.get(file) ?? loaded
    tell({ status: 'progress', name, file, loaded, total, progress: percent(loaded, total) })
    const all = [...sizes.values()].reduce((sum, size) => sum + size, 0)
    const sum = [...loadedBytes.values()].reduce((bytes, part) => bytes + part, 0)
    tell({ status: 'progress_total', name, loaded: sum, total: all, progress: percent(sum, all) })
  }
  return {
    initiate: (file) => tell({ status: 'initiate', name, file }),
    download: (file) => tell({ status: 'download', name, file }),
    progress: move,
    done(file) {
      move(file, sizes.get(file) ?? 0)
      tell({ status: 'done', name, file })
    },
    ready: () => tell({ status: 'ready', name }),
  }
}

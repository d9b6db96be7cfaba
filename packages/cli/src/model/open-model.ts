import { type NodeModel, node, type ProgressEvent, writePng } from '@neg/node'
import { type ModelFlags, modelOptions } from '../arguments/model-flags'
import type { Progress } from '../output/progress'
import { sizeText } from '../output/size'

/** Follows the download of a model of the Hub; a model that is here already tells nothing. */
export function downloadFollower(progress: Progress): (event: ProgressEvent) => void {
  let downloading = false
  return ({ status, name, loaded = 0, total = 0 }) => {
    if (status === 'download') downloading = true
    if (!downloading || status !== 'progress_total') return
    progress.share(`Downloading ${name}: ${sizeText(loaded)} of ${sizeText(total)}`, total === 0 ? 1 : loaded / total)
  }
}

/** The model that the options name: a folder, a model of the Hub, or the embedded one by default. */
export async function openModel(flags: ModelFlags, progress: Progress, signal: AbortSignal): Promise<NodeModel> {
  progress.phase('Loading the model …')
  const opened = node({
    ...modelOptions(flags),
    signal,
    onProgress: downloadFollower(progress),
  })
  // What encodes pictures takes a while to load: it does so while the worker reads weights.
  void writePng({ width: 1, height: 1, data: new Uint8ClampedArray(4) }).catch(() => {})
  return opened
}

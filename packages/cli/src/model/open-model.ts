import { type NodeModel, node, type ProgressEvent } from '@neg/node'
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
  return node({
    ...modelOptions(flags),
    signal,
    onProgress: downloadFollower(progress),
  })
}

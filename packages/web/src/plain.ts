import type { WebOptions } from './options'
import { openWebModel, type WebModel } from './web'

/** Where npm puts things: this file's package and onnxruntime-web lie side by side in node_modules. */
const here = import.meta.url
const runtimeBeside = '../../../../onnxruntime-web/dist/'
const workerBeside = './worker.js'

/**
 * `web()` for pages without a bundler: this one file holds everything of neg, and its worker fetches onnxruntime from
 * `runtime` (default: the folder `onnxruntime-web/dist/` beside `@neg/` on the same host).
 */
export function web(options: WebOptions): Promise<WebModel> {
  const runtime = options.runtime ?? new URL(runtimeBeside, here).href
  return openWebModel(
    { ...options, runtime },
    (kind) => new Worker(new URL(workerBeside, here), { type: 'module', name: `neg ${kind}` }),
  )
}

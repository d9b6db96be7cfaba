import type { WebOptions, WorkerKind } from './options'
import { openWebModel, type WebModel } from './web'

/**
 * Every `new Worker(new URL(…))` is written out: bundlers look for just that. webpack calls the file by `name`: with one name
 * for all, it would put all of them into one file.
 */
function worker(kind: WorkerKind): Worker {
  switch (kind) {
    case 'wasm':
      return new Worker(new URL('./worker-wasm.js', import.meta.url), { type: 'module', name: 'neg-wasm' })
    case 'webgpu':
      return new Worker(new URL('./worker-webgpu.js', import.meta.url), { type: 'module', name: 'neg-webgpu' })
    case 'webgpu-jspi':
      return new Worker(new URL('./worker-jspi.js', import.meta.url), { type: 'module', name: 'neg-jspi' })
  }
}

/**
 * A model folder as a model that runs in this browser, in a worker of its own: the page is never held up.
 *
 * @example
 * const model = await web({ model: 'https://example.org/models/portraits/' })
 * const { image, record } = await generate(model, { prompt: 'a woman', negatives: ['glasses'] }).result
 *
 * @throws `option-invalid`, `device-unavailable`; what is wrong with the folder (`model-missing`, `model-file-missing` …);
 * what goes wrong on the way (`download-not-found`, `download-cross-origin`, `download-offline`, `download-corrupt`,
 * `storage-full` …)
 */
export const web = (options: WebOptions): Promise<WebModel> => openWebModel(options, worker)

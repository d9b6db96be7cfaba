import { NegError } from '@neg/core'
import { hostModel } from './worker/host-model'

const modules: Readonly<Record<string, string>> = {
  'neg wasm': 'ort.wasm.bundle.min.mjs',
  'neg webgpu': 'ort.webgpu.bundle.min.mjs',
  'neg webgpu-jspi': 'ort.jspi.bundle.min.mjs',
}

hostModel((folder) => {
  if (folder === undefined)
    throw new NegError('runtime-missing', 'A page without a bundler has to say where onnxruntime-web lies.')
  return import(/* @vite-ignore */ /* webpackIgnore: true */ new URL(modules[self.name], folder).href)
})

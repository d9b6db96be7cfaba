import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { runtimeSizes } from '../../scripts/lib/runtime-sizes.mjs'
import { serviceWorker } from './src/offline/service-worker-plugin'

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

const source = (path: string): string => fileURLToPath(new URL('../../packages/', import.meta.url)) + path

export default defineConfig({
  // From its sources: as modules of their own, so that what only a later view needs comes with that view.
  resolve: {
    alias: [
      { find: /^@neg\/core$/, replacement: source('core/src/index.ts') },
      { find: /^@neg\/core\/(guidance|schedulers|analysis|tensor)$/, replacement: source('core/src/$1/index.ts') },
      { find: /^@neg\/core\/(adapter|internal)$/, replacement: source('core/src/$1.ts') },
      { find: /^@neg\/web$/, replacement: source('web/src/index.ts') },
      { find: /^@neg\/onnx$/, replacement: source('onnx/src/index.ts') },
      { find: /^@neg\/onnx\/(internal|worker)$/, replacement: source('onnx/src/$1.ts') },
      { find: /^@neg\/onnx\/denoiser$/, replacement: source('onnx/src/denoiser/index.ts') },
    ],
  },
  define: { RUNTIME_SIZES: JSON.stringify(runtimeSizes()) },
  // Relative: the build works under any path of any static host.
  base: './',
  build: {
    target: 'es2022',
    // The model's configs are files too: they are stored and checked like the rest.
    assetsInlineLimit: (path) => (path.includes('portraits') ? false : undefined),
    rolldownOptions: {
      output: {
        assetFileNames: ({ originalFileNames }) =>
          originalFileNames.some((name) => name.includes('portraits/model'))
            ? 'model/[name]-[hash][extname]'
            : 'assets/[name]-[hash][extname]',
      },
    },
  },
  worker: { format: 'es' },
  optimizeDeps: { exclude: ['onnxruntime-web', '@neg/web', '@neg/portraits'] },
  server: { headers: isolation },
  preview: { headers: isolation },
  plugins: [serviceWorker()],
})

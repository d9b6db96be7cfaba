import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'
import { serviceWorker } from './src/offline/service-worker-plugin'

const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
}

const core = (path: string): string => fileURLToPath(new URL('../../packages/core/src/', import.meta.url)) + path

export default defineConfig({
  // From its sources: as modules of their own, so that what only a later view needs comes with that view.
  resolve: {
    alias: [
      { find: /^@neg\/core$/, replacement: core('index.ts') },
      { find: /^@neg\/core\/(guidance|schedulers|analysis|tensor)$/, replacement: core('$1/index.ts') },
      { find: /^@neg\/core\/(adapter|internal)$/, replacement: core('$1.ts') },
    ],
  },
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
